package dev.boardcast.events;

import dev.boardcast.database.Backoff;
import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgNotification;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Listens to the notifications of the SQL function {@code publish}, whose callers cannot send a
 * hint on the bus. On a connection of its own, which is replaced when it ends or does not answer; a
 * lost notification delays an event until the next heartbeat. Confined to the event loop on which
 * it was started.
 */
final class OutboxNotifications {
  private static final String LISTEN = "LISTEN boardcast_outbox";
  private static final String SCHEMA = "SELECT current_schema()";
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(1);
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(30);
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration MAX_RETRY = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final Supplier<Pool> connections;
  private final IntConsumer handler;
  private final Backoff backoff = new Backoff(FIRST_RETRY, MAX_RETRY);

  private Pool pool;
  private boolean closed;
  private long timer = -1;

  /**
   * @param connections makes a pool of one connection; this closes it
   * @param handler receives the shards that have new rows
   */
  OutboxNotifications(Vertx vertx, Supplier<Pool> connections, IntConsumer handler) {
    this.vertx = vertx;
    this.connections = connections;
    this.handler = handler;
  }

  /** Returns at once; connects in the background. */
  void start() {
    Pool opened = connections.get();
    pool = opened;
    opened
        .getConnection()
        .map(PgConnection.class::cast)
        .compose(this::listen)
        .onSuccess(
            listening -> {
              if (closed) return;
              backoff.reset();
              // What was committed while nobody listened.
              for (int shard = 0; shard < Shards.COUNT; shard++) handler.accept(shard);
              check(listening);
            })
        .onFailure(failure -> replace(opened));
  }

  Future<Void> close() {
    closed = true;
    vertx.cancelTimer(timer);
    return pool == null ? Future.succeededFuture() : pool.close();
  }

  private Future<PgConnection> listen(PgConnection connection) {
    return bounded(connection.query(SCHEMA).execute())
        .map(rows -> rows.iterator().next().getString(0))
        .compose(
            schema -> {
              connection.notificationHandler(notification -> notified(schema, notification));
              return bounded(connection.query(LISTEN).execute());
            })
        .map(connection);
  }

  private void notified(String schema, PgNotification notification) {
    String payload = notification.getPayload();
    for (int shard = 0; shard < Shards.COUNT; shard++) {
      if (payload.equals(schema + " " + shard)) handler.accept(shard);
    }
  }

  /** Notices a connection that was cut in silence. */
  private void check(PgConnection connection) {
    Pool checked = pool;
    connection.closeHandler(ended -> replace(checked));
    timer =
        vertx.setTimer(
            CHECK_INTERVAL.toMillis(),
            due ->
                bounded(connection.query(LISTEN).execute())
                    .onSuccess(
                        answered -> {
                          if (!closed && pool == checked) check(connection);
                        })
                    .onFailure(failure -> replace(checked)));
  }

  private void replace(Pool failed) {
    if (closed || pool != failed) return;
    pool = null;
    failed.close();
    vertx.cancelTimer(timer);
    timer = vertx.setTimer(backoff.next().toMillis(), due -> start());
  }

  private static <T> Future<T> bounded(Future<T> answer) {
    return answer.timeout(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
