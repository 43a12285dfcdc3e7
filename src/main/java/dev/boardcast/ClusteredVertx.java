package dev.boardcast;

import dev.boardcast.database.ClusterIdentity;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.engine.OptionalArtifact;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.List;

/**
 * Makes a Vert.x that is a member of a Hazelcast cluster. Needs the optional artifact {@code
 * io.vertx:vertx-hazelcast}; an application with another cluster manager makes its own Vert.x.
 */
public final class ClusteredVertx {
  private ClusteredVertx() {}

  /**
   * Joins the cluster, or starts one when no other node is reachable. Blocks while it looks for the
   * nodes of this machine and joins, for seconds; with a {@code cluster-secret} and a PostgreSQL
   * server it also migrates the schema, unless {@code pg-migrate} is off, and waits up to 30 s for
   * the server. Do not call it on an event loop.
   *
   * <p>With a {@code cluster-secret} only nodes that know it can join, and the event bus runs over
   * mutual TLS.
   *
   * @param node options of the node that will use it; those named {@code cluster-…} are used here
   * @param options of the new Vert.x; the event bus options are overwritten
   * @param builder may bring metrics or a transport
   * @return the Vert.x, to be closed by the caller; fails when the address cannot be bound, the
   *     Hazelcast file cannot be used, the artifact is absent, or there is no {@code
   *     cluster-secret} though other machines reach the address
   */
  public static Future<Vertx> vertx(
      BoardcastOptions node, VertxOptions options, VertxBuilder builder) {
    try {
      NodeSettings settings = node.settings();
      ClusterConfig config = settings.cluster();
      String address = address(settings);
      BusSecurity.require(config, address);
      BusSecurity.apply(config, options.getEventBusOptions());
      configureEventBus(options, address, config.busPort());
      // A request to a member may be lost when another one leaves at that moment.
      return join(node, options, builder)
          .recover(
              failed ->
                  HazelcastCluster.isUnanswered(failed)
                      ? join(node, options, builder)
                      : Future.failedFuture(failed));
    } catch (RuntimeException unusable) {
      return Future.failedFuture(unusable);
    }
  }

  private static Future<Vertx> join(
      BoardcastOptions node, VertxOptions options, VertxBuilder builder) {
    ClusterManager manager = manager(node);
    return builder
        .with(options)
        .withClusterManager(manager)
        .buildClustered()
        .compose(vertx -> BusSecurity.boundHandshakes(vertx, node.settings().cluster()).map(vertx))
        .recover(
            failed -> {
              HazelcastCluster.shutDown(manager);
              return Future.failedFuture(failed);
            });
  }

  /**
   * Starts a Hazelcast member for an application that builds its Vert.x itself, as {@link #vertx}
   * has it. Vert.x shuts it down when it closes. Blocks as {@link #vertx} does.
   *
   * @param node options of the node that will use it; those named {@code cluster-…} are used here
   * @throws IllegalArgumentException when an option, the address or the Hazelcast file cannot be
   *     used, or there is no {@code cluster-secret} though other machines reach the address
   * @throws IllegalStateException when the artifact is absent or the database cannot be used
   */
  public static ClusterManager manager(BoardcastOptions node) {
    NodeSettings settings = node.settings();
    String address = address(settings);
    BusSecurity.require(settings.cluster(), address);
    return OptionalArtifact.HAZELCAST.require(
        "a cluster",
        () -> HazelcastCluster.member(settings.cluster(), address, registryName(settings)));
  }

  /**
   * The name by which Hazelcast members find each other: as configured; in a closed cluster one
   * that nobody can guess, from the database where there is one.
   */
  private static String registryName(NodeSettings settings) {
    String name = settings.cluster().name();
    var secret = settings.cluster().secret();
    if (secret.isEmpty()) return name;
    var database = settings.database();
    boolean hasDatabase = settings.node().mode() == Mode.STANDARD;
    if (hasDatabase && !database.postgresUri().equals(DatabaseConfig.EMBEDDED)) {
      return name + "-" + ClusterIdentity.read(database);
    }
    // The oldest, so that nodes keep the name while the secret is replaced.
    List<byte[]> keys = secret.get().keys("hazelcast cluster name");
    return name + "-" + HexFormat.of().formatHex(keys.get(keys.size() - 1));
  }

  private static String address(NodeSettings settings) {
    String host = settings.cluster().reachableHost(settings.node().host());
    try {
      return InetAddress.getByName(host).getHostAddress();
    } catch (UnknownHostException unknown) {
      throw new IllegalArgumentException("cluster-host has no address: " + host, unknown);
    }
  }

  /** Pings and bounded waits for connections: a node that is gone is noticed within seconds. */
  private static void configureEventBus(VertxOptions options, String address, int port) {
    options
        .getEventBusOptions()
        .setHost(address)
        .setPort(port)
        .setClusterPublicHost(address)
        .setClusterPingInterval(2000)
        .setClusterPingReplyInterval(2000)
        .setConnectTimeout(3000)
        .setReconnectAttempts(3)
        .setReconnectInterval(200)
        .setTcpNoDelay(true);
  }
}
