package dev.boardcast.lab.faults;

import java.io.IOException;
import java.util.List;

/** How the nodes of a laboratory reach each other, their servers, and their clients. */
interface ClusterNetwork extends AutoCloseable {
  /** What stands before the command that starts a node. */
  List<String> prefix(int node);

  /** What a node binds its HTTP and gateway ports to. */
  String bound(int node);

  /** Where clients find a node. */
  String reached(int node);

  /** Where the other nodes find it. */
  String ofPeers(int node);

  /** Where a node finds a server that listens on that port of the loopback address. */
  String server(int port) throws IOException, InterruptedException;

  /** Cuts a node off the others, or lets it back. Clients and servers still reach it. */
  void peers(int node, boolean connected) throws IOException, InterruptedException;

  /** Cuts a node off PostgreSQL and Redis, or lets it back. */
  void servers(int node, boolean connected) throws IOException, InterruptedException;

  @Override
  void close();

  /** The loopback address: nothing can be cut. */
  final class Loopback implements ClusterNetwork {
    private static final String HERE = "127.0.0.1";

    @Override
    public List<String> prefix(int node) {
      return List.of();
    }

    @Override
    public String bound(int node) {
      return HERE;
    }

    @Override
    public String reached(int node) {
      return HERE;
    }

    @Override
    public String ofPeers(int node) {
      return HERE;
    }

    @Override
    public String server(int port) {
      return HERE + ":" + port;
    }

    @Override
    public void peers(int node, boolean connected) {
      throw new UnsupportedOperationException("the loopback address cannot be cut");
    }

    @Override
    public void servers(int node, boolean connected) {
      throw new UnsupportedOperationException("the loopback address cannot be cut");
    }

    @Override
    public void close() {
      // Nothing was made.
    }
  }
}
