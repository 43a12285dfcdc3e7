package dev.boardcast.boards.routing;

import static dev.boardcast.spi.FactSink.Outcome.DUPLICATE;
import static dev.boardcast.spi.FactSink.Outcome.NEW;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Pools;
import dev.boardcast.spi.FactSink;
import dev.boardcast.spi.FactSink.Outcome;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestBoardContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RoutingStoreIT {
  private final Vertx vertx = Vertx.vertx();
  private final DatabaseConfig config = Services.get().freshDatabase();
  private final Sql sql = new Sql(config.postgresUri());
  private final Pool pool = Pools.pool(vertx, config);
  private final FactSink<Decision> sink =
      RoutingModule.DECISIONS.sink(new TestBoardContext(vertx, pool), RoutingBoard.NAME);

  @AfterEach
  void close() throws Exception {
    get(pool.close());
    get(vertx.close());
  }

  @Test
  void storesEveryDigit() throws Exception {
    var cost = new BigDecimal("999999999999.000000000000000000000000000001");
    var confidence = new BigDecimal("0.000000000000000000000000000001");
    var at = Instant.parse("2026-01-02T03:04:05.678Z");
    get(sink.store(List.of(Decision.of("s\n\"{}", "p,\\", "é😀", confidence, cost, at, "e"))));
    assertEquals(
        List.of(
            "s\n\"{}|p,\\|é😀|" + confidence.toPlainString() + "|" + cost + "|1767323045.678000|e"),
        sql.column(
            """
            SELECT concat_ws('|', strategy, provider, model, confidence, cost,
                             extract(epoch FROM decided_at), event_id)
            FROM routing_decision"""));
  }

  @Test
  void ofSeveralWithOneEventIdTheFirstIsNew() throws Exception {
    assertEquals(
        List.of(NEW, NEW, DUPLICATE, NEW, NEW, DUPLICATE),
        get(
            sink.store(
                List.of(
                    decision("b"),
                    decision("a"),
                    decision("b"),
                    decision(null),
                    decision(null),
                    decision("a")))));
    assertEquals(List.of(DUPLICATE, NEW), get(sink.store(List.of(decision("a"), decision("c")))));
    assertEquals(List.of("5"), sql.column("SELECT count(*) FROM routing_decision"));
  }

  @Test
  void eachEventIdCountsOnceHoweverManyBatchesCarryItAtOnce() throws Exception {
    List<Future<List<Outcome>>> batches = new ArrayList<>();
    for (int seed = 0; seed < 40; seed++) {
      List<Decision> batch = new ArrayList<>();
      for (int id = 0; id < 300; id++) batch.add(decision("e" + id));
      Collections.shuffle(batch, new Random(seed));
      batches.add(sink.store(batch));
    }
    long fresh = 0;
    for (var batch : batches) fresh += get(batch).stream().filter(NEW::equals).count();
    assertEquals(300, fresh);
    assertEquals(List.of("300"), sql.column("SELECT count(*) FROM routing_decision"));
  }

  private static Decision decision(String eventId) {
    return Decision.of("s", "p", null, null, new BigDecimal("0.1"), null, eventId);
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }
}
