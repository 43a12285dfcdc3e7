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
 * A network namespace for each node, on three bridges: for peers, for clients, for servers. A node
 * is cut off by detaching its interface from a bridge, and from one other, one way, by addressing
 * what it sends there to an interface that does not exist: packets are lost silently. Needs root.
 * Calls block.
 */
final class Namespaces implements ClusterNetwork {
  private static final String PREFIX = "bcl";
  private static final int HOST = 254;
  private static final String NOBODY = "02:00:00:00:00:01";
  private static final int SECONDS = 10;

  private enum Bridge {
    PEERS,
    CLIENTS,
    SERVERS
  }

  private final Vertx vertx;
  private final NetClient client;
  private final String id = PREFIX + ProcessHandle.current().pid();
  private final int subnet = (int) (160 + ProcessHandle.current().pid() % 80);
  private final int nodes;
  private final List<NetServer> forwarders = new ArrayList<>();

  private Namespaces(Vertx vertx, int nodes) {
    this.vertx = vertx;
    this.client = vertx.createNetClient();
    this.nodes = nodes;
  }

  /** Why this machine cannot create them; empty if it can. */
  static Optional<String> missing() {
    String name = PREFIX + ProcessHandle.current().pid() + "t";
    try {
      Shell.run("ip", "netns", "add", name);
      Shell.run("ip", "netns", "del", name);
      return Optional.empty();
    } catch (IOException refused) {
      return Optional.of("needs root and ip netns: " + refused.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  static Namespaces of(Vertx vertx, int nodes) throws IOException, InterruptedException {
    deleteStale();
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
  public List<String> commandPrefix(int node) {
    return List.of("ip", "netns", "exec", namespace(node));
  }

  @Override
  public String bindAddress(int node) {
    return "0.0.0.0";
  }

  @Override
  public String clientAddress(int node) {
    return address(Bridge.CLIENTS, node + 1);
  }

  @Override
  public String peerAddress(int node) {
    return address(Bridge.PEERS, node + 1);
  }

  @Override
  public String serverAddress(int port) throws IOException {
    NetServer server = vertx.createNetServer().connectHandler(from -> forward(from, port));
    forwarders.add(server);
    String host = address(Bridge.SERVERS, HOST);
    try {
      return host + ":" + server.listen(0, host).await(SECONDS, TimeUnit.SECONDS).actualPort();
    } catch (TimeoutException slow) {
      throw new IOException("cannot listen on " + host, slow);
    }
  }

  @Override
  public void setPeersConnected(int node, boolean connected)
      throws IOException, InterruptedException {
    attach(Bridge.PEERS, node, connected);
  }

  @Override
  public void setPathConnected(int from, int to, boolean connected)
      throws IOException, InterruptedException {
    String device = device(Bridge.PEERS);
    if (connected) {
      Shell.run("ip", "-n", namespace(from), "neigh", "del", peerAddress(to), "dev", device);
    } else {
      Shell.run(
          "ip",
          "-n",
          namespace(from),
          "neigh",
          "replace",
          peerAddress(to),
          "lladdr",
          NOBODY,
          "nud",
          "permanent",
          "dev",
          device);
    }
  }

  @Override
  public void setServersConnected(int node, boolean connected)
      throws IOException, InterruptedException {
    attach(Bridge.SERVERS, node, connected);
  }

  @Override
  public void close() {
    forwarders.forEach(NetServer::close);
    client.close();
    for (int node = 0; node < nodes; node++) attempt("ip", "netns", "del", namespace(node));
    for (Bridge bridge : Bridge.values()) attempt("ip", "link", "del", name(bridge));
  }

  private void build() throws IOException, InterruptedException {
    for (Bridge bridge : Bridge.values()) {
      Shell.run("ip", "link", "add", name(bridge), "type", "bridge");
      Shell.run("ip", "addr", "add", address(bridge, HOST) + "/24", "dev", name(bridge));
      Shell.run("ip", "link", "set", name(bridge), "up");
    }
    for (int node = 0; node < nodes; node++) {
      String namespace = namespace(node);
      Shell.run("ip", "netns", "add", namespace);
      Shell.run("ip", "-n", namespace, "link", "set", "lo", "up");
      for (Bridge bridge : Bridge.values()) {
        String device = device(bridge);
        Shell.run(
            "ip",
            "link",
            "add",
            link(bridge, node),
            "type",
            "veth",
            "peer",
            "name",
            device,
            "netns",
            namespace);
        Shell.run(
            "ip", "-n", namespace, "addr", "add", address(bridge, node + 1) + "/24", "dev", device);
        Shell.run("ip", "-n", namespace, "link", "set", device, "up");
        attach(bridge, node, true);
        Shell.run("ip", "link", "set", link(bridge, node), "up");
      }
    }
  }

  private void attach(Bridge bridge, int node, boolean attached)
      throws IOException, InterruptedException {
    if (attached) {
      Shell.run("ip", "link", "set", link(bridge, node), "master", name(bridge));
    } else {
      Shell.run("ip", "link", "set", link(bridge, node), "nomaster");
    }
  }

  private void forward(NetSocket from, int port) {
    from.pause();
    client
        .connect(port, "127.0.0.1")
        .onSuccess(
            to -> {
              from.pipeTo(to);
              to.pipeTo(from);
            })
        .onFailure(refused -> from.close());
  }

  /** Deletes what a killed matrix left. */
  private static void deleteStale() throws IOException, InterruptedException {
    for (String line : Shell.run("ip", "netns", "list").split("\n")) {
      String name = line.split(" ")[0];
      if (name.matches(PREFIX + "\\d+n\\d") && isStale(name)) attempt("ip", "netns", "del", name);
    }
    for (String line : Shell.run("ip", "-o", "link", "show", "type", "bridge").split("\n")) {
      String name = line.replaceFirst("^\\d+: ([^:@]+).*", "$1");
      if (name.matches(PREFIX + "\\d+b\\d") && isStale(name)) attempt("ip", "link", "del", name);
    }
  }

  private static boolean isStale(String name) {
    long pid = Long.parseLong(name.replaceFirst(PREFIX + "(\\d+).*", "$1"));
    return ProcessHandle.of(pid).isEmpty();
  }

  private static void attempt(String... command) {
    try {
      Shell.run(command);
    } catch (IOException gone) {
      // It does not exist.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private String namespace(int node) {
    return id + "n" + node;
  }

  private String name(Bridge bridge) {
    return id + "b" + bridge.ordinal();
  }

  private static String device(Bridge bridge) {
    return "eth" + bridge.ordinal();
  }

  private String link(Bridge bridge, int node) {
    return id + "l" + bridge.ordinal() + node;
  }

  private String address(Bridge bridge, int host) {
    return "10." + subnet + "." + (bridge.ordinal() + 1) + "." + host;
  }
}
