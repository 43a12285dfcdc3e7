package dev.boardcast;

import dev.boardcast.spi.InvalidSettingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the members of a cluster by the DNS name of a service.
 *
 * <p>A node waits until the name has its own address. What was there before has one too then, so of
 * nodes that start at once the later one finds the earlier, and none begins a cluster of its own.
 */
final class ServiceDiscovery {
  static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Logger LOG = LoggerFactory.getLogger(ServiceDiscovery.class);
  private static final long PAUSE_MILLIS = 250;

  private final ServiceAddresses service;
  private final InetSocketAddress own;

  private ServiceDiscovery(ServiceAddresses service, InetSocketAddress own) {
    this.service = service;
    this.own = own;
  }

  /**
   * Waits until the service has this node's address, at most 15 s.
   *
   * @param address of this node, as a number
   * @throws InvalidSettingException when the name has no addresses in that time
   */
  static ServiceDiscovery await(ClusterConfig cluster, String address) {
    return await(cluster, address, PATIENCE);
  }

  static ServiceDiscovery await(ClusterConfig cluster, String address, Duration patience) {
    String name = cluster.kubernetesDns().orElseThrow();
    var service = new ServiceAddresses(name, cluster.dnsServer(), cluster.port());
    var discovery = new ServiceDiscovery(service, own(address, cluster.port()));
    discovery.awaitOwn(patience);
    return discovery;
  }

  /** The addresses of the service now, without this node's; empty when DNS does not answer. */
  List<InetSocketAddress> others() {
    try {
      return service.lookUp().stream()
          .filter(each -> !each.equals(own) && isSameFamily(each.getAddress()))
          .toList();
    } catch (IOException unanswered) {
      LOG.warn("The addresses of {} cannot be looked up: {}", service, unanswered.getMessage());
      return List.of();
    }
  }

  private void awaitOwn(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    Set<InetSocketAddress> found = Set.of();
    String problem = "it has no addresses";
    while (true) {
      try {
        found = service.lookUp();
        if (found.contains(own)) return;
      } catch (IOException unanswered) {
        problem = unanswered.getMessage();
      }
      if (System.nanoTime() - end > 0) break;
      pause();
    }
    if (found.isEmpty()) {
      throw new InvalidSettingException(
          "cluster-kubernetes",
          service.toString(),
          "the value",
          "the DNS name of a service with this node's address within "
              + patience.toSeconds()
              + " s; "
              + problem);
    }
    LOG.warn(
        "{} has {} after {} s, and not this node's address {}: nodes that start at once may begin"
            + " clusters of their own, which merge later. The service must publish addresses that are"
            + " not ready (publishNotReadyAddresses), and cluster-host must be one of them",
        service,
        found,
        patience.toSeconds(),
        own);
  }

  private boolean isSameFamily(InetAddress other) {
    return other.getClass() == own.getAddress().getClass();
  }

  private static InetSocketAddress own(String address, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(address), port);
    } catch (UnknownHostException impossible) {
      throw new IllegalArgumentException("no address: " + address, impossible);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while it looked for other nodes", interrupted);
    }
  }
}
