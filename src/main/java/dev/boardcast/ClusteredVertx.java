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
   * @param options of the new Vert.x; the event bus options are overwritten
   * @param builder may bring metrics or a transport
   * @return the Vert.x, to be closed by the caller; fails when the address cannot be bound, the
   *     Hazelcast file cannot be used, or the artifact is absent
   */
  public static Future<Vertx> vertx(
      ClusterOptions config, VertxOptions options, VertxBuilder builder) {
    try {
      String address = InetAddress.getByName(config.host()).getHostAddress();
      ClusterManager manager =
          OptionalArtifact.HAZELCAST.require(
              "a cluster", () -> HazelcastCluster.manager(config, address));
      configureEventBus(options, address, config.busPort());
      return builder.with(options).withClusterManager(manager).buildClustered();
    } catch (UnknownHostException unknown) {
      return Future.failedFuture(
          new IllegalArgumentException("cluster-host has no address: " + config.host(), unknown));
    } catch (RuntimeException unusable) {
      return Future.failedFuture(unusable);
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
