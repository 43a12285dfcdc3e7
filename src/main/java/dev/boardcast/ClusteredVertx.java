package dev.boardcast;

import com.hazelcast.config.Config;
import com.hazelcast.config.XmlConfigBuilder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;

/** Makes a Vert.x that is a member of a cluster. */
public final class ClusteredVertx {
  private static final String BASE = "/conf/hazelcast.xml";

  private ClusteredVertx() {}

  /**
   * Joins the cluster, or starts one when no other node is there.
   *
   * @param options of the new Vert.x; its event bus options are set here
   * @param builder may carry metrics or a transport
   * @return fails when the address cannot be bound or the Hazelcast file cannot be used
   */
  public static Future<Vertx> vertx(
      ClusterOptions config, VertxOptions options, VertxBuilder builder) {
    try {
      String address = InetAddress.getByName(config.host()).getHostAddress();
      bus(options, address, config.busPort());
      return builder
          .with(options)
          .withClusterManager(new HazelcastClusterManager(hazelcast(config, address)))
          .buildClustered();
    } catch (UnknownHostException unknown) {
      return Future.failedFuture(
          new IllegalArgumentException("cluster-host has no address: " + config.host(), unknown));
    } catch (RuntimeException broken) {
      return Future.failedFuture(broken);
    }
  }

  /** A node that is gone is noticed in seconds: pings, and bounded waits for connections. */
  private static void bus(VertxOptions options, String address, int port) {
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

  private static Config hazelcast(ClusterOptions cluster, String address) {
    Config config = base(cluster);
    config.setClusterName(cluster.name());
    var network =
        config
            .getNetworkConfig()
            .setPort(cluster.port())
            .setPortAutoIncrement(cluster.sharesPorts())
            .setPortCount(ClusterOptions.LOCAL_PORTS);
    network.getInterfaces().setEnabled(true).clear().addInterface(address);
    var join = network.getJoin();
    if (cluster.kubernetesDns().isPresent()) {
      join.getKubernetesConfig()
          .setEnabled(true)
          .setProperty("service-dns", cluster.kubernetesDns().get());
    } else {
      var members = join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(3);
      cluster.members().forEach(members::addMember);
      if (cluster.sharesPorts()) {
        LocalNodeDiscovery.of(address, cluster.port()).forEach(members::addMember);
      }
    }
    return config;
  }

  private static Config base(ClusterOptions cluster) {
    try (InputStream xml =
        cluster.base().isPresent()
            ? Files.newInputStream(cluster.base().get())
            : ClusteredVertx.class.getResourceAsStream(BASE)) {
      return new XmlConfigBuilder(xml).build();
    } catch (IOException unreadable) {
      throw new UncheckedIOException("cannot read " + cluster.base().get(), unreadable);
    }
  }
}
