package dev.boardcast;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.TcpIpConfig;
import com.hazelcast.config.XmlConfigBuilder;
import com.hazelcast.core.OperationTimeoutException;
import dev.boardcast.bus.hazelcast.MemberSearch;
import dev.boardcast.bus.hazelcast.MembersOnly;
import dev.boardcast.bus.hazelcast.RegistryMember;
import dev.boardcast.bus.security.MemberHandshake;
import dev.boardcast.spi.InvalidSettingException;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Configures Hazelcast as the cluster manager. Needs the optional artifact; load it only where that
 * is present.
 */
final class HazelcastCluster {
  private static final String BASE = "conf/hazelcast.xml";

  private HazelcastCluster() {}

  /**
   * Starts a member, which joins the cluster. Blocks for seconds.
   *
   * @param address of this member, as a number
   * @param name of the cluster among Hazelcast's: members of another name are refused
   * @return of a type that callers can link without the artifact
   */
  static ClusterManager member(ClusterConfig cluster, String address, String name) {
    Config config = base(cluster);
    MembersOnly.contradiction(config)
        .ifPresent(
            asked -> {
              throw new InvalidSettingException(
                  "cluster-hazelcast-file",
                  cluster.hazelcastFile().map(Path::toString).orElse(BASE),
                  "the file",
                  "no " + asked + " in it, since the cluster is closed to all but its members");
            });
    config.setClusterName(name);
    TcpIpConfig members = config.getNetworkConfig().getJoin().getTcpIpConfig();
    Optional<LocalNodeDiscovery> local = local(cluster, address);
    Supplier<List<String>> candidates = members::getMembers;
    if (cluster.kubernetesDns().isPresent()) {
      var service = ServiceDiscovery.await(cluster, address);
      MemberSearch.use(config, service::others);
      candidates = () -> service.others().stream().map(HazelcastCluster::hostAndPort).toList();
    } else {
      join(config.getNetworkConfig().getJoin(), cluster, local);
    }
    int ports = cluster.sharesPorts() ? ClusterConfig.LOCAL_PORTS : 1;
    boolean isAuthenticated = !cluster.secrets().isEmpty();
    MembersOnly.apply(
        config, new MembersOnly.Endpoint(address, cluster.port(), ports, isAuthenticated));
    RegistryMember member;
    try {
      member = RegistryMember.start(config, cluster.secret());
    } catch (IllegalStateException refused) {
      // Hazelcast says "Node failed to start!" and no more.
      String own = NodeAddress.of(address, cluster.port());
      byte[] greeting = cluster.secrets().isEmpty() ? new byte[0] : MemberHandshake.greeting();
      throw new IllegalStateException(
          JoinFailure.of(candidates.get(), own, greeting).message(refused.getMessage()));
    }
    // Hazelcast reads the list again whenever it looks for other parts of the cluster.
    // Those of a Hazelcast file stay in it.
    local.ifPresent(
        found ->
            found.all().stream()
                .filter(each -> !members.getMembers().contains(each))
                .forEach(members::addMember));
    return member;
  }

  /** Shuts a member down that no Vert.x uses. Blocks for seconds. */
  static void shutDown(ClusterManager manager) {
    if (manager instanceof RegistryMember member) member.shutDown();
  }

  /** Whether another member has not answered a request in time. */
  static boolean isUnanswered(Throwable failure) {
    return failure instanceof OperationTimeoutException;
  }

  /** Whether the member of a cluster manager runs; true for other managers than Hazelcast's. */
  static boolean isRunning(ClusterManager manager) {
    return !(manager instanceof HazelcastClusterManager hazelcast)
        || hazelcast.getHazelcastInstance().getLifecycleService().isRunning();
  }

  /** Registers the meters of a member that was started here. */
  static void bindTo(ClusterManager manager, MeterRegistry meters) {
    if (manager instanceof RegistryMember member) member.bindTo(meters);
  }

  private static Optional<LocalNodeDiscovery> local(ClusterConfig cluster, String address) {
    if (!cluster.sharesPorts()) return Optional.empty();
    byte[] greeting = cluster.secrets().isEmpty() ? new byte[0] : MemberHandshake.greeting();
    return Optional.of(LocalNodeDiscovery.of(address, cluster.port(), greeting));
  }

  private static void join(
      JoinConfig join, ClusterConfig cluster, Optional<LocalNodeDiscovery> local) {
    var members = join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(3);
    cluster.members().forEach(members::addMember);
    local.ifPresent(found -> found.first().forEach(members::addMember));
  }

  private static String hostAndPort(InetSocketAddress member) {
    return NodeAddress.of(member.getAddress().getHostAddress(), member.getPort());
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
