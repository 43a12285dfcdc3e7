package dev.boardcast.lab.faults;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A network namespace for each node, on three bridges: for peers, for clients, for servers. Taking
 * a node's end off a bridge loses its packets in silence, as a broken switch does. Needs root.
 * Calls block.
 */
final class Namespaces implements ClusterNetwork {
  private static final String MARK = "bcl";
  private static final int SELF = 254;
  private static final int SECONDS = 10;

  private enum Bridge {
    PEERS,
    CLIENTS,
    SERVERS
  }

  private final Vertx vertx;
  private final NetClient towards;
  private final String id = MARK + ProcessHandle.current().pid();
  private final int second = (int) (160 + ProcessHandle.current().pid() % 80);
  private final int nodes;
  private final List<NetServer> forwards = new ArrayList<>();

  private Namespaces(Vertx vertx, int nodes) {
    this.vertx = vertx;
    this.towards = vertx.createNetClient();
    this.nodes = nodes;
  }

  /** Why this machine cannot have them; empty when it can. */
  static Optional<String> missing() {
    String name = MARK + ProcessHandle.current().pid() + "t";
    try {
      Shell.run("ip", "netns", "add", name);
      Shell.run("ip", "netns", "del", name);
      return Optional.empty();
    } catch (IOException refused) {
      return Optional.of("needs root and ip netns: " + refused.getMessage());
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  static Namespaces of(Vertx vertx, int nodes) throws IOException, InterruptedException {
    sweep();
    var network = new Namespaces(vertx, nodes);
    try {
      network.build();
      return network;
    } catch (IOException | InterruptedException | RuntimeException failure) {
      network.close();
      throw failure;
    }
  }

  @Override
  public List<String> prefix(int node) {
    return List.of("ip", "netns", "exec", namespace(node));
  }

  @Override
  public String bound(int node) {
    return "0.0.0.0";
  }

  @Override
  public String reached(int node) {
    return address(Bridge.CLIENTS, node + 1);
  }

  @Override
  public String ofPeers(int node) {
    return address(Bridge.PEERS, node + 1);
  }

  @Override
  public String server(int port) throws IOException {
    NetServer server = vertx.createNetServer().connectHandler(from -> forward(from, port));
    forwards.add(server);
    String here = address(Bridge.SERVERS, SELF);
    try {
      return here + ":" + server.listen(0, here).await(SECONDS, TimeUnit.SECONDS).actualPort();
    } catch (TimeoutException slow) {
      throw new IOException("cannot listen on " + here, slow);
    }
  }

  @Override
  public void peers(int node, boolean connected) throws IOException, InterruptedException {
    plug(Bridge.PEERS, node, connected);
  }

  @Override
  public void servers(int node, boolean connected) throws IOException, InterruptedException {
    plug(Bridge.SERVERS, node, connected);
  }

  @Override
  public void close() {
    forwards.forEach(NetServer::close);
    towards.close();
    for (int node = 0; node < nodes; node++) attempt("ip", "netns", "del", namespace(node));
    for (Bridge bridge : Bridge.values()) attempt("ip", "link", "del", name(bridge));
  }

  private void build() throws IOException, InterruptedException {
    for (Bridge bridge : Bridge.values()) {
      Shell.run("ip", "link", "add", name(bridge), "type", "bridge");
      Shell.run("ip", "addr", "add", address(bridge, SELF) + "/24", "dev", name(bridge));
      Shell.run("ip", "link", "set", name(bridge), "up");
    }
    for (int node = 0; node < nodes; node++) {
      String inside = namespace(node);
      Shell.run("ip", "netns", "add", inside);
      Shell.run("ip", "-n", inside, "link", "set", "lo", "up");
      for (Bridge bridge : Bridge.values()) {
        String end = "eth" + bridge.ordinal();
        Shell.run(
            "ip",
            "link",
            "add",
            link(bridge, node),
            "type",
            "veth",
            "peer",
            "name",
            end,
            "netns",
            inside);
        Shell.run("ip", "-n", inside, "addr", "add", address(bridge, node + 1) + "/24", "dev", end);
        Shell.run("ip", "-n", inside, "link", "set", end, "up");
        plug(bridge, node, true);
        Shell.run("ip", "link", "set", link(bridge, node), "up");
      }
    }
  }

  private void plug(Bridge bridge, int node, boolean in) throws IOException, InterruptedException {
    if (in) {
      Shell.run("ip", "link", "set", link(bridge, node), "master", name(bridge));
    } else {
      Shell.run("ip", "link", "set", link(bridge, node), "nomaster");
    }
  }

  private void forward(NetSocket from, int port) {
    from.pause();
    towards
        .connect(port, "127.0.0.1")
        .onSuccess(
            to -> {
              from.pipeTo(to);
              to.pipeTo(from);
            })
        .onFailure(away -> from.close());
  }

  /** What a laboratory left behind that was killed. */
  private static void sweep() throws IOException, InterruptedException {
    for (String line : Shell.run("ip", "netns", "list").split("\n")) {
      String name = line.split(" ")[0];
      if (name.matches(MARK + "\\d+n\\d") && isOver(name)) attempt("ip", "netns", "del", name);
    }
    for (String line : Shell.run("ip", "-o", "link", "show", "type", "bridge").split("\n")) {
      String name = line.replaceFirst("^\\d+: ([^:@]+).*", "$1");
      if (name.matches(MARK + "\\d+b\\d") && isOver(name)) attempt("ip", "link", "del", name);
    }
  }

  private static boolean isOver(String name) {
    long pid = Long.parseLong(name.replaceFirst(MARK + "(\\d+).*", "$1"));
    return ProcessHandle.of(pid).isEmpty();
  }

  private static void attempt(String... command) {
    try {
      Shell.run(command);
    } catch (IOException gone) {
      // That is all that was wanted.
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  private String namespace(int node) {
    return id + "n" + node;
  }

  private String name(Bridge bridge) {
    return id + "b" + bridge.ordinal();
  }

  private String link(Bridge bridge, int node) {
    return id + "l" + bridge.ordinal() + node;
  }

  private String address(Bridge bridge, int host) {
    return "10." + second + "." + (bridge.ordinal() + 1) + "." + host;
  }
}
