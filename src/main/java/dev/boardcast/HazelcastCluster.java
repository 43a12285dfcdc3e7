package dev.boardcast;

import com.hazelcast.config.Config;
import com.hazelcast.config.XmlConfigBuilder;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/**
 * Configures Hazelcast as the cluster manager. The one class that needs the optional artifact; load
 * it only where that is present.
 */
final class HazelcastCluster {
  private static final String BASE = "conf/hazelcast.xml";

  private HazelcastCluster() {}

  /**
   * A manager that joins the cluster when Vert.x starts it. Blocks shortly.
   *
   * @param address of this member, as a number
   */
  static ClusterManager manager(ClusterConfig cluster, String address) {
    return new HazelcastClusterManager(config(cluster, address));
  }

  private static Config config(ClusterConfig cluster, String address) {
    Config config = base(cluster);
    config.setClusterName(cluster.name());
    var network =
        config
            .getNetworkConfig()
            .setPort(cluster.port())
            .setPortAutoIncrement(cluster.sharesPorts())
            .setPortCount(ClusterConfig.LOCAL_PORTS);
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

  private static Config base(ClusterConfig cluster) {
    try (InputStream xml =
        cluster.hazelcastFile().isPresent()
            ? Files.newInputStream(cluster.hazelcastFile().get())
            : HazelcastCluster.class.getResourceAsStream(BASE)) {
      return new XmlConfigBuilder(xml).build();
    } catch (IOException unreadable) {
      throw new UncheckedIOException("cannot read " + cluster.hazelcastFile().get(), unreadable);
    }
  }
}
