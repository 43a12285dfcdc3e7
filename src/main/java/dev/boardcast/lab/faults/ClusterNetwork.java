package dev.boardcast.lab.faults;

import java.io.IOException;
import java.util.List;

/** How the nodes of a {@link LocalCluster} reach each other, their servers, and their clients. */
interface ClusterNetwork extends AutoCloseable {
  /** The prefix of the command that starts a node. */
  List<String> commandPrefix(int node);

  /** The address that a node binds its HTTP and gateway ports to. */
  String bindAddress(int node);

  /** The address at which clients reach a node. */
  String clientAddress(int node);

  /** The address at which the other nodes reach a node. */
  String peerAddress(int node);

  /** The {@code host:port} at which nodes reach a server on this port of the loopback address. */
  String serverAddress(int port) throws IOException, InterruptedException;

  /** Cuts a node off the other nodes, or reconnects it. Clients and servers still reach it. */
  void setPeersConnected(int node, boolean connected) throws IOException, InterruptedException;

  /** Loses what one node sends to another, one way, or lets it through. */
  void setPathConnected(int from, int to, boolean connected)
      throws IOException, InterruptedException;

  /** Cuts a node off PostgreSQL and Redis, or reconnects it. */
  void setServersConnected(int node, boolean connected) throws IOException, InterruptedException;

  @Override
  void close();

  /** The loopback address, which cannot be cut. */
  final class Loopback implements ClusterNetwork {
    private static final String ADDRESS = "127.0.0.1";

    @Override
    public List<String> commandPrefix(int node) {
      return List.of();
    }

    @Override
    public String bindAddress(int node) {
      return ADDRESS;
    }

    @Override
    public String clientAddress(int node) {
      return ADDRESS;
    }

    @Override
    public String peerAddress(int node) {
      return ADDRESS;
    }

    @Override
    public String serverAddress(int port) {
      return ADDRESS + ":" + port;
    }

    @Override
    public void setPeersConnected(int node, boolean connected) {
      throw new UnsupportedOperationException("the loopback address cannot be cut");
    }

    @Override
    public void setPathConnected(int from, int to, boolean connected) {
      throw new UnsupportedOperationException("the loopback address cannot be cut");
    }

    @Override
    public void setServersConnected(int node, boolean connected) {
      throw new UnsupportedOperationException("the loopback address cannot be cut");
    }

    @Override
    public void close() {
      // Nothing to release.
    }
  }
}
