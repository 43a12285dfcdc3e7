package dev.boardcast.boards.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.FactsHintPublisher;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.Pools;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * The board's stores and fold on a fresh database, at a time that the test sets. Calls block; the
 * stores may be used from any thread.
 */
final class Shop implements AutoCloseable {
  final Sql sql;
  final TransactionStore transactions;
  final ActivityStore visits;
  final Folding folding;

  private final Vertx vertx = Vertx.vertx();
  private volatile Instant now;

  Shop(Instant now, ZoneId zone) {
    this.now = now;
    var database = Services.get().freshDatabase();
    sql = new Sql(database.postgresUri());
    var pool = Pools.pool(vertx, database);
    var hints = new FactsHintPublisher(vertx, new TypedBus(vertx), PlatformBoard.NAME);
    InstantSource source = () -> this.now;
    Clock clock = source.withZone(ZoneOffset.UTC);
    transactions = new TransactionStore(pool, hints, clock);
    visits = new ActivityStore(pool, hints, clock);
    folding = new Folding(pool, new PlatformConfig(zone, "USD"));
  }

  /** Sets the clock. */
  Shop at(String time) {
    return at(Instant.parse(time));
  }

  Shop at(Instant time) {
    now = time;
    return this;
  }

  /** Whether it changed what is known. */
  boolean report(String id, String user, String amount, String status, String at) throws Exception {
    var report =
        new Transaction(
            id,
            user,
            null,
            new BigDecimal(amount),
            null,
            TransactionStatus.valueOf(status.toUpperCase(Locale.ROOT)),
            at == null ? null : Instant.parse(at));
    return Folding.await(transactions.add(List.of(report))).get(0);
  }

  void active(String user, String at) throws Exception {
    Folding.await(visits.addActivities(List.of(new Activity(user, Instant.parse(at), null))));
  }

  /** Folds, compares the numbers with plain SQL, and the rollups with a recomputation. */
  JsonNode numbers() throws Exception {
    JsonNode numbers = folding.run(now);
    assertEquals(folding.recomputed(), folding.rollups());
    return numbers;
  }

  /** Amounts as they are written; reading them as JSON trees takes zeros away. */
  static String money(JsonNode amounts, String... names) {
    return Arrays.stream(names)
        .map(name -> Money.of(amounts.get(name).decimalValue()).toPlainString())
        .collect(Collectors.joining(" "));
  }

  @Override
  public void close() throws TimeoutException {
    Folding.await(vertx.close());
  }
}
