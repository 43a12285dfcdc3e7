package dev.boardcast.boards.platform;

import static dev.boardcast.spi.FactSink.Outcome.DUPLICATE;
import static dev.boardcast.spi.FactSink.Outcome.NEW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransactionStoreIT {
  private static final Instant NOON = Instant.parse("2026-06-02T12:00:00Z");
  private static final String YESTERDAY = "2026-06-01T12:00:00Z";

  private static PlatformFixture platform;

  @BeforeAll
  static void open() {
    platform = new PlatformFixture(NOON, ZoneOffset.UTC);
  }

  @AfterAll
  static void close() throws Exception {
    platform.close();
  }

  @BeforeEach
  void empty() throws Exception {
    platform.at(NOON).folding.empty();
  }

  @Test
  void aLaterStatusReplacesTheEarlierOneInEverySum() throws Exception {
    assertTrue(platform.report("t", "ann", "10.5", "pending", null));
    assertEquals("0.00 0.00 1 1 0 0", numbers());
    assertTrue(platform.report("t", "ann", "10.5", "completed", null));
    assertEquals("10.50 10.50 1 0 1 0", numbers());
    assertTrue(platform.report("t", "ann", "10.5", "failed", null));
    assertEquals("0.00 0.00 1 0 0 1", numbers());
    assertTrue(platform.report("t", "ann", "-2.125", "completed", YESTERDAY));
    assertEquals("-2.125 0.00 1 0 1 0", numbers());
  }

  @Test
  void aReportThatChangesNothingIsADuplicate() throws Exception {
    assertTrue(platform.report("t", "ann", "10.5", "completed", YESTERDAY));
    assertFalse(platform.report("t", "ann", "10.50", "completed", YESTERDAY));
    assertFalse(platform.report("t", null, "10.5", "completed", null));
    assertTrue(platform.report("t", "bob", "10.5", "completed", null));
    assertFalse(platform.report("t", "bob", "10.5", "completed", YESTERDAY));
    assertTrue(platform.report("t", "bob", "10.5", "completed", "2026-06-02T00:00:00Z"));
    assertEquals("10.50 10.50 1 0 1 0", numbers());
  }

  @Test
  void anOvertakenStatusChangesNothing() throws Exception {
    assertTrue(platform.report("t", "ann", "10", "completed", "2026-06-02T10:05:00Z"));
    assertFalse(platform.report("t", "ann", "10", "pending", "2026-06-02T10:00:00Z"));
    assertEquals("10.00 10.00 1 0 1 0", numbers());
    assertTrue(platform.report("t", "ann", "10", "failed", "2026-06-02T10:05:00Z"));
    assertEquals("0.00 0.00 1 0 0 1", numbers());
  }

  @Test
  void theTimeOfOneStatusMayBeCorrectedEitherWay() throws Exception {
    assertTrue(platform.report("t", "ann", "10", "completed", "2026-06-02T10:00:00Z"));
    assertTrue(platform.report("t", "ann", "10", "completed", YESTERDAY));
    assertEquals("10.00 0.00 1 0 1 0", numbers());
    assertTrue(platform.report("t", "ann", "10", "completed", "2026-06-02T11:00:00Z"));
    assertEquals("10.00 10.00 1 0 1 0", numbers());
  }

  @Test
  void reportsOfOneBatchAreAppliedInOrder() throws Exception {
    var batch =
        List.of(
            report("b", TransactionStatus.PENDING),
            report("a", TransactionStatus.COMPLETED),
            report("b", TransactionStatus.COMPLETED),
            report("b", TransactionStatus.COMPLETED),
            report("a", TransactionStatus.FAILED),
            report("b", TransactionStatus.FAILED),
            report("b", TransactionStatus.COMPLETED));
    assertEquals(
        List.of(NEW, NEW, NEW, DUPLICATE, NEW, NEW, NEW),
        Folding.await(platform.transactions.store(batch)));
    assertEquals("1.00 1.00 2 0 1 1", numbers());
  }

  @Test
  void rowsChangedOrDeletedByHandAreSubtractedToo() throws Exception {
    platform.report("a", "ann", "10", "completed", null);
    platform.report("b", "bob", "20", "completed", null);
    assertEquals("30.00 30.00 2 0 2 0", numbers());
    platform.sql.run("UPDATE platform_transaction SET amount = 7 WHERE transaction_id = 'a'");
    platform.sql.run("DELETE FROM platform_transaction WHERE transaction_id = 'b'");
    assertEquals("7.00 7.00 1 0 1 0", numbers());
  }

  @Test
  void metricsAreExactWhileManyWritersChangeTheSameTransactions() throws Exception {
    int writers = 6;
    var threads = Executors.newFixedThreadPool(writers);
    try {
      List<java.util.concurrent.Future<Long>> written = new ArrayList<>();
      for (int seed = 0; seed < writers; seed++) written.add(threads.submit(writer(seed)));
      int folds = 0;
      // Each fold is compared with plain SQL in its own transaction.
      while (!written.stream().allMatch(java.util.concurrent.Future::isDone)) {
        platform.folding.run(NOON);
        folds++;
      }
      long changes = 0;
      for (var writer : written) changes += writer.get();
      assertTrue(folds > 2, () -> "folds met writers");
      platform.numbers();
      assertEquals(
          Long.toString(changes),
          platform
              .sql
              .column("SELECT count(*) FROM platform_transaction_change WHERE sign > 0")
              .get(0));
      assertEquals("40", platform.sql.column("SELECT count(*) FROM platform_transaction").get(0));
    } finally {
      threads.shutdownNow();
    }
  }

  private static Callable<Long> writer(int seed) {
    return () -> {
      var random = new Random(seed);
      long changes = 0;
      for (int round = 0; round < 60; round++) {
        List<Transaction> batch = new ArrayList<>();
        List<Activity> activities = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
          String user = "u" + random.nextInt(8);
          Instant at = NOON.minusSeconds(random.nextInt(900));
          batch.add(
              new Transaction(
                  "t" + random.nextInt(40),
                  user,
                  null,
                  BigDecimal.valueOf(random.nextInt(20_000) - 5_000, 3),
                  null,
                  TransactionStatus.values()[random.nextInt(3)],
                  random.nextBoolean() ? at : null));
          activities.add(new Activity(user, at, "e" + random.nextInt(3000)));
        }
        var stored = Folding.await(platform.transactions.store(batch));
        changes += stored.stream().filter(NEW::equals).count();
        platform.active(activities);
      }
      return changes;
    };
  }

  private static Transaction report(String id, TransactionStatus status) {
    return new Transaction(id, null, null, BigDecimal.ONE, null, status, null);
  }

  /** Revenue in total and today; transactions in total, pending, completed, failed. */
  private static String numbers() throws Exception {
    JsonNode numbers = platform.numbers();
    JsonNode counts = numbers.get("transactions");
    return String.join(
        " ",
        PlatformFixture.money(numbers.get("revenue"), "total", "today"),
        counts.get("total").asText(),
        counts.get("pending").asText(),
        counts.get("completed").asText(),
        counts.get("failed").asText());
  }
}
