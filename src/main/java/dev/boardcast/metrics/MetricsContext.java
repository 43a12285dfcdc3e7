package dev.boardcast.metrics;

import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.NodeHeartbeat;
import dev.boardcast.engine.SnapshotWatch;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.sqlclient.Pool;
import java.time.Clock;

/**
 * What the boards of one node share. The creator of the pools closes them.
 *
 * @param heartbeat holds the leases
 * @param pool has a connection per board; API requests must not be able to exhaust it
 * @param customPool for boards that run queries of unknown cost; may be {@code pool}
 * @param watch takes part in the transaction of every fold
 */
public record MetricsContext(
    NodeHeartbeat heartbeat,
    Pool pool,
    Pool customPool,
    TypedBus bus,
    MetricsConfig config,
    Clock clock,
    MeterRegistry meters,
    SnapshotWatch watch) {
  /** The same where nothing follows from snapshots. */
  public MetricsContext(
      NodeHeartbeat heartbeat,
      Pool pool,
      Pool customPool,
      TypedBus bus,
      MetricsConfig config,
      Clock clock,
      MeterRegistry meters) {
    this(heartbeat, pool, customPool, bus, config, clock, meters, SnapshotWatch.NONE);
  }
}
