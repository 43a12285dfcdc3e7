package dev.boardcast.boards.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.Pools;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestBoardContext;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * The board's sinks and fold on a fresh database, at a time that the test sets. Calls block; sinks
 * may be used from any thread.
 */
final class PlatformFixture implements AutoCloseable {
  final Sql sql;
  final TransactionStore transactions;
  final BoardContext context;
  final Folding folding;

  private final Vertx vertx = Vertx.vertx();
  private volatile Instant now;

  PlatformFixture(Instant now, ZoneId zone) {
    this.now = now;
    var database = Services.get().freshDatabase();
    sql = new Sql(database.postgresUri());
    var pool = Pools.pool(vertx, database);
    InstantSource source = () -> this.now;
    Clock clock = source.withZone(ZoneOffset.UTC);
    context = new TestBoardContext(vertx, pool).clock(clock);
    transactions = new TransactionStore(context);
    folding = new Folding(pool, new PlatformConfig(zone, "USD"));
  }

  /** Sets the clock. */
  PlatformFixture at(String time) {
    return at(Instant.parse(time));
  }

  PlatformFixture at(Instant time) {
    now = time;
    return this;
  }

  /** Whether the report changed the stored transaction. */
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
    return Folding.await(transactions.store(List.of(report))).get(0).isNew();
  }

  /** As {@link #report}, in a currency. */
  boolean reportIn(String currency, String id, String amount, String status, String at)
      throws Exception {
    var report =
        new Transaction(
            id,
            "u",
            null,
            new BigDecimal(amount),
            currency,
            TransactionStatus.valueOf(status.toUpperCase(Locale.ROOT)),
            at == null ? null : Instant.parse(at));
    return Folding.await(transactions.store(List.of(report))).get(0).isNew();
  }

  void setRate(String currency, String day, BigDecimal rate) throws Exception {
    var rates = List.of(new Rate(currency, day, rate));
    Folding.await(context.pool().withTransaction(tx -> RateStore.set(tx, "USD", rates)));
  }

  void removeRate(String currency, LocalDate day) throws Exception {
    Folding.await(context.pool().withTransaction(tx -> RateStore.remove(tx, "USD", currency, day)));
  }

  void active(String user, String at) throws Exception {
    active(List.of(new Activity(user, Instant.parse(at), null)));
  }

  void active(List<Activity> activities) throws Exception {
    Folding.await(PlatformModule.ACTIVITIES.sink(context, PlatformBoard.NAME).store(activities));
  }

  void viewed(List<View> views) throws Exception {
    Folding.await(PlatformModule.VIEWS.sink(context, PlatformBoard.NAME).store(views));
  }

  /** Folds, compares the metrics with plain SQL, and the rollups with a recomputation. */
  JsonNode numbers() throws Exception {
    JsonNode numbers = folding.run(now);
    assertEquals(folding.recomputed(), folding.rollups());
    return numbers;
  }

  /** Amounts as written in the response; a JSON tree would drop trailing zeros. */
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
