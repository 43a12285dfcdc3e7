package dev.boardcast;

import dev.boardcast.engine.OptionalArtifact;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Makes a Vert.x that is a member of a Hazelcast cluster. Needs the optional artifact {@code
 * io.vertx:vertx-hazelcast}; an application with another cluster manager makes its own Vert.x.
 */
public final class ClusteredVertx {
  private ClusteredVertx() {}

  /**
   * Joins the cluster, or starts one when no other node is reachable. Blocks while it looks for the
   * nodes of this machine, at most some seconds: do not call it on an event loop.
   *
   * @param node options of the node that will use it; those named {@code cluster-…} are used here
   * @param options of the new Vert.x; the event bus options are overwritten
   * @param builder may bring metrics or a transport
   * @return the Vert.x, to be closed by the caller; fails when the address cannot be bound, the
   *     Hazelcast file cannot be used, or the artifact is absent
   */
  public static Future<Vertx> vertx(
      BoardcastOptions node, VertxOptions options, VertxBuilder builder) {
    try {
      var settings = node.values().bind(NodeSettings.class);
      ClusterConfig config = settings.cluster();
      String address = address(config.reachableHost(settings.node().host()));
      ClusterManager manager =
          OptionalArtifact.HAZELCAST.require(
              "a cluster", () -> HazelcastCluster.manager(config, address));
      configureEventBus(options, address, config.busPort());
      return builder.with(options).withClusterManager(manager).buildClustered();
    } catch (RuntimeException unusable) {
      return Future.failedFuture(unusable);
    }
  }

  private static String address(String host) {
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
