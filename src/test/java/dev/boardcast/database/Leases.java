package dev.boardcast.database;

import dev.boardcast.bus.TypedBus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Acquires leases, and starts heartbeats, for tests of other packages. */
public final class Leases {
  private static final Duration INTERVAL = Duration.ofMillis(100);

  private Leases() {}

  /**
   * Sends one heartbeat of the lease's holder for that lease.
   *
   * @return the fencing token; empty when another node holds the lease
   */
  public static Future<OptionalLong> acquire(Lease lease, Pool pool) {
    var request = new HeartbeatStatement.Request(lease.name(), lease.ttl(), true);
    return new HeartbeatStatement(lease.holder(), INTERVAL)
        .beat(pool, List.of(request), Set.of(), false, Long.MAX_VALUE)
        .map(
            answer ->
                answer.tokens().containsKey(lease.name())
                    ? OptionalLong.of(answer.tokens().get(lease.name()))
                    : OptionalLong.empty());
  }

  /** Starts the heartbeat of a node; it ends with its Vert.x. */
  public static NodeHeartbeat heartbeat(Vertx vertx, String node, DatabaseConfig config) {
    return heartbeat(vertx, node, config, Set::of);
  }

  /**
   * @param suspects the nodes from which it receives no beacons
   */
  static NodeHeartbeat heartbeat(
      Vertx vertx, String node, DatabaseConfig config, Supplier<Set<String>> suspects) {
    return heartbeat(vertx, node, config, suspects, INTERVAL);
  }

  static NodeHeartbeat heartbeat(
      Vertx vertx,
      String node,
      DatabaseConfig config,
      Supplier<Set<String>> suspects,
      Duration interval) {
    var heartbeat =
        new NodeHeartbeat(
            node,
            interval,
            () -> Pools.pool(vertx, config, "heartbeat of " + node, 1),
            new TypedBus(vertx),
            suspects);
    try {
      vertx.deployVerticle(heartbeat).await(20, TimeUnit.SECONDS);
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
    return heartbeat;
  }
}
