package dev.boardcast.bus.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastNodeInfo;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastRegistrationInfo;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this node has written into the registry: its subscriptions, and where its bus is. Writes
 * again what is missing or changed there, after a split of the cluster or an attack. Thread safe.
 */
final class OwnEntries {
  private static final String SUBSCRIPTIONS = "__vertx.subs";
  private static final String NODES = "__vertx.nodeInfo";

  private record Subscription(String address, RegistrationInfo info) {}

  private final HazelcastInstance member;
  private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();

  OwnEntries(HazelcastInstance member) {
    this.member = member;
  }

  void add(String address, RegistrationInfo info) {
    if (!info.localOnly()) subscriptions.add(new Subscription(address, info));
  }

  void remove(String address, RegistrationInfo info) {
    subscriptions.remove(new Subscription(address, info));
  }

  /** The addresses that any node subscribes to. Blocks. */
  Set<String> addresses() {
    return member.<String, HazelcastRegistrationInfo>getMultiMap(SUBSCRIPTIONS).keySet();
  }

  /** Blocks; throws what Hazelcast throws while it is in trouble. */
  void restore(String nodeId, NodeInfo bus) {
    var written = member.<String, HazelcastRegistrationInfo>getMultiMap(SUBSCRIPTIONS);
    for (Subscription each : subscriptions) {
      var entry = new HazelcastRegistrationInfo(each.info());
      if (!written.containsEntry(each.address(), entry) && subscriptions.contains(each)) {
        written.put(each.address(), entry);
      }
    }
    if (bus == null) return;
    Map<String, HazelcastNodeInfo> nodes = member.getMap(NODES);
    HazelcastNodeInfo stored = nodes.get(nodeId);
    if (stored == null || !bus.equals(stored.unwrap())) {
      nodes.put(nodeId, new HazelcastNodeInfo(bus));
    }
  }
}
