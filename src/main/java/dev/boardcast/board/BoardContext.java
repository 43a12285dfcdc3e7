package dev.boardcast.board;

import dev.boardcast.auth.AuthConfig;
import dev.boardcast.auth.Visibility;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.event.Outbox;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.metric.SnapshotCache;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.util.function.Function;

/**
 * What a node lends to its boards.
 *
 * @param visibility who may see a board or a stream, by name
 */
public record BoardContext(
    Vertx vertx,
    Pool pool,
    TypedBus bus,
    Outbox outbox,
    SnapshotCache snapshots,
    HttpConfig http,
    AuthConfig auth,
    Function<String, Visibility> visibility) {}
