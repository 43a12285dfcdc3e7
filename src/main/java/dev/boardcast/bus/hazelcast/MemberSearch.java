package dev.boardcast.bus.hazelcast;

import com.hazelcast.cluster.Address;
import com.hazelcast.config.Config;
import com.hazelcast.config.DiscoveryStrategyConfig;
import com.hazelcast.config.properties.PropertyDefinition;
import com.hazelcast.logging.ILogger;
import com.hazelcast.spi.discovery.AbstractDiscoveryStrategy;
import com.hazelcast.spi.discovery.DiscoveryNode;
import com.hazelcast.spi.discovery.DiscoveryStrategy;
import com.hazelcast.spi.discovery.DiscoveryStrategyFactory;
import com.hazelcast.spi.discovery.SimpleDiscoveryNode;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Has a member look for the others at addresses that change, when it starts and whenever it looks
 * for other parts of the cluster.
 */
public final class MemberSearch implements DiscoveryStrategyFactory {
  private final Supplier<List<InetSocketAddress>> addresses;

  private MemberSearch(Supplier<List<InetSocketAddress>> addresses) {
    this.addresses = addresses;
  }

  /**
   * Configures it as the only way in which the member finds others.
   *
   * @param addresses asked each time, on a thread of Hazelcast; may block for seconds
   */
  public static void use(Config config, Supplier<List<InetSocketAddress>> addresses) {
    config.setProperty("hazelcast.discovery.enabled", "true");
    // How long it asks before it begins alone: with 0 it would not ask at all.
    config.setProperty("hazelcast.wait.seconds.before.join", "1");
    config
        .getNetworkConfig()
        .getJoin()
        .getDiscoveryConfig()
        .addDiscoveryStrategyConfig(new DiscoveryStrategyConfig(new MemberSearch(addresses)));
  }

  @Override
  public Class<? extends DiscoveryStrategy> getDiscoveryStrategyType() {
    return Strategy.class;
  }

  @Override
  @SuppressWarnings("rawtypes") // As declared by Hazelcast.
  public DiscoveryStrategy newDiscoveryStrategy(
      DiscoveryNode self, ILogger logger, Map<String, Comparable> properties) {
    return new Strategy(addresses, logger, properties);
  }

  @Override
  public Collection<PropertyDefinition> getConfigurationProperties() {
    return List.of();
  }

  private static final class Strategy extends AbstractDiscoveryStrategy {
    private final Supplier<List<InetSocketAddress>> addresses;

    @SuppressWarnings("rawtypes") // As declared by Hazelcast.
    Strategy(
        Supplier<List<InetSocketAddress>> addresses,
        ILogger logger,
        Map<String, Comparable> properties) {
      super(logger, properties);
      this.addresses = addresses;
    }

    @Override
    public Iterable<DiscoveryNode> discoverNodes() {
      return addresses.get().stream()
          .map(each -> new SimpleDiscoveryNode(new Address(each)))
          .collect(Collectors.toList());
    }
  }
}
