package dev.boardcast.events;

import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Writes facts with a version each, and one event per change, as a board does. The event's data is
 * {@code {"fact":…,"version":…}}; its streams are {@code user.<fact>} and {@code team.all}.
 */
final class Writers {
  private static final int FACTS = 12;
  private static final String CHANGE =
      "UPDATE fact SET version = version + 1 WHERE id = $1 RETURNING version";

  private final Pool pool;
  private final Outbox outbox;

  Writers(Pool pool, Outbox outbox) throws Exception {
    this.pool = pool;
    this.outbox = outbox;
    pool.query("CREATE TABLE fact (id int PRIMARY KEY, version int NOT NULL DEFAULT 0)")
        .execute()
        .compose(
            made ->
                pool.query("INSERT INTO fact SELECT generate_series(1, " + FACTS + ")").execute())
        .await(10, TimeUnit.SECONDS);
  }

  static NewEvent event(int fact, int version) {
    return new NewEvent(
        UUID.randomUUID(),
        "fact_changed",
        List.of("user." + fact, "team.all"),
        RawJson.of("{\"fact\":" + fact + ",\"version\":" + version + "}"),
        Instant.now());
  }

  /** Changes a fact and appends its event, in the caller's transaction. */
  Future<List<NewEvent>> change(SqlClient transaction, int fact) {
    return transaction
        .preparedQuery(CHANGE)
        .execute(Tuple.of(fact))
        .compose(
            rows -> {
              var events = List.of(event(fact, rows.iterator().next().getInteger(0)));
              return outbox.append(transaction, events).map(events);
            });
  }

  /** Changes facts from several threads at once; one change in eight is rolled back. */
  void run(int threads, int changesEach) throws Exception {
    var executor = Executors.newFixedThreadPool(threads);
    try {
      var work = new ArrayList<Callable<Void>>();
      for (int i = 0; i < threads; i++) work.add(() -> changes(changesEach));
      for (var done : executor.invokeAll(work)) done.get();
    } finally {
      executor.shutdownNow();
    }
  }

  private Void changes(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      boolean rollBack = i % 8 == 7;
      int fact = ThreadLocalRandom.current().nextInt(1, FACTS + 1);
      pool.withTransaction(
              tx ->
                  change(tx, fact)
                      .compose(
                          events ->
                              tx.query("SELECT pg_sleep(random() * 0.004)").execute().map(events))
                      .compose(
                          events ->
                              rollBack
                                  ? Future.<List<NewEvent>>failedFuture(new RolledBack())
                                  : Future.succeededFuture(events)))
          .onSuccess(outbox::committed)
          .mapEmpty()
          .recover(
              failure ->
                  failure instanceof RolledBack
                      ? Future.succeededFuture()
                      : Future.failedFuture(failure))
          .await(30, TimeUnit.SECONDS);
    }
    return null;
  }

  private static final class RolledBack extends RuntimeException {}
}
