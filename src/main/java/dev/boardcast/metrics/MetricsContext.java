package dev.boardcast.metrics;

import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.NodeHeartbeat;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.sqlclient.Pool;
import java.time.Clock;

/**
 * What the boards of one node share. The creator of the pools closes them.
 *
 * @param heartbeat holds the leases
 * @param pool has a connection per board; API requests must not be able to exhaust it
 * @param customPool for boards that run queries of unknown cost; may be {@code pool}
 */
public record MetricsContext(
    NodeHeartbeat heartbeat,
    Pool pool,
    Pool customPool,
    TypedBus bus,
    MetricsConfig config,
    Clock clock,
    MeterRegistry meters) {}
