package dev.boardcast.spi;

import dev.boardcast.bus.TypedBus;
import dev.boardcast.events.Outbox;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.Idempotency;
import dev.boardcast.metrics.SnapshotCache;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.function.Function;

/**
 * What a node lends to its boards.
 *
 * @param ingestNeedsRole whether ingest asks for the role {@code ingest}
 * @param visibility who may see a board or a stream, by name
 */
public record BoardContext(
    Vertx vertx,
    Pool pool,
    TypedBus bus,
    Outbox outbox,
    SnapshotCache snapshots,
    Idempotency idempotency,
    HttpConfig http,
    boolean ingestNeedsRole,
    Function<String, Visibility> visibility,
    Clock clock) {}
