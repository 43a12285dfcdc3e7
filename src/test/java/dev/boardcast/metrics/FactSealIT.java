package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.metrics.FoldStep.AddFact;
import dev.boardcast.testing.HookedBoard;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Facts of boards are dropped in the middle of everything else: snapshots, rollups, recomputations
 * and what comes later are as if they were there.
 */
class FactSealIT {
  private static final Instant START = Instant.parse("2026-03-28T22:30:00Z");
  private static final Duration KEEP = Duration.ofDays(5);
  private static final int DAY = 86_400;
  private static final int RUNS = 3;
  private static final String REFUSED = "SEALD";

  @TestFactory
  List<DynamicTest> dropsChangeNoNumber() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String name : List.of("routing", "analysis", "platform in Berlin")) {
      tests.add(DynamicTest.dynamicTest(name, () -> run(FoldPropertiesIT.SUBJECTS.get(name))));
    }
    return tests;
  }

  private static void run(FoldSubject subject) throws Exception {
    try (var scenario = scenario(subject)) {
      for (int seed = 0; seed < RUNS; seed++) {
        var expected = end(scenario, seed, false);
        var dropped = end(scenario, seed, true);
        for (String rollup : expected.keySet()) {
          assertEquals(
              String.join("\n", expected.get(rollup)),
              String.join("\n", dropped.get(rollup)),
              "seed " + seed + " " + rollup);
        }
      }
    }
  }

  private static FoldScenario scenario(FoldSubject subject) {
    var scenario = new FoldScenario(subject);
    // Plain SQL over all facts would miss those that were dropped.
    scenario.board.afterSnapshot = HookedBoard.Hook.NONE;
    return scenario;
  }

  /** The rollups at the end of the same facts and folds, with or without drops in between. */
  private static Map<String, List<String>> end(FoldScenario scenario, int seed, boolean isSealed)
      throws SQLException {
    scenario.begin(START);
    scenario.dropSeals();
    var random = new Random(seed);
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < 25; i++) {
        var fact = fact(random, round == 0 ? 60 : (int) KEEP.toDays());
        scenario.insert(fact);
        // A repetition of a fact that is still there.
        if (fact.event() % 3 == 0) scenario.insert(fact);
      }
      JsonNode before = scenario.settle();
      if (isSealed) {
        scenario.seal(KEEP, 10);
        assertEquals(before, scenario.settle(), "seed " + seed);
      }
      scenario.pass(Duration.ofDays(2));
      scenario.settle();
    }
    if (isSealed) {
      assertTrue(scenario.dropped() > 20, "dropped " + scenario.dropped());
      // As on another server, where only facts and sealed sums are restored.
      scenario.recompute();
    }
    return scenario.rollups();
  }

  private static AddFact fact(Random random, int days) {
    int after =
        switch (random.nextInt(3)) {
          case 0 -> -random.nextInt(600);
          case 1 -> -random.nextInt(DAY);
          default -> -random.nextInt(days * DAY);
        };
    return new AddFact(
        FoldScenario.WRITERS,
        random.nextInt(1_000_000),
        random.nextInt(10),
        random.nextInt(4),
        after,
        random.nextInt(10),
        random.nextInt(10));
  }

  @Test
  void aFactIsCountedOnceHoweverOftenItIsSentWhileItIsDropped() throws Exception {
    try (var scenario = scenario(FoldPropertiesIT.SUBJECTS.get("routing"))) {
      scenario.begin(START);
      scenario.dropSeals();
      int facts = 300;
      for (int i = 1; i <= facts; i++) scenario.insert(old(i));
      JsonNode before = scenario.settle();
      var stop = new AtomicBoolean();
      var outcomes = new ConcurrentLinkedQueue<String>();
      var added = new AtomicInteger();
      var writing =
          CompletableFuture.runAsync(
              () -> {
                try (var writer = scenario.sql.connect()) {
                  for (int i = 0; !stop.get() || i % facts > 0; i++) {
                    try {
                      scenario.insert(writer, old(1 + i % facts));
                    } catch (SQLException refused) {
                      outcomes.add(refused.getSQLState());
                    }
                    scenario.insert(writer, fresh(10_000 + added.getAndIncrement()));
                  }
                } catch (SQLException broken) {
                  throw new IllegalStateException(broken);
                }
              });
      try {
        while (scenario.dropped() < facts) {
          scenario.sealOnce(KEEP, 7);
          scenario.folded();
        }
      } finally {
        stop.set(true);
      }
      writing.get(30, TimeUnit.SECONDS);
      assertTrue(outcomes.stream().allMatch(REFUSED::equals) && !outcomes.isEmpty(), "" + outcomes);
      assertEquals(
          before.get("total_decisions").asInt() + added.get(),
          scenario.settle().get("total_decisions").asInt());
      assertEquals(
          List.of("" + added), scenario.sql.column("SELECT count(*) FROM routing_decision"));
      // A late fact of before is refused, one of after is not.
      assertEquals(
          REFUSED,
          assertThrows(SQLException.class, () -> scenario.insert(old(5000))).getSQLState());
      scenario.insert(fresh(5001));
    }
  }

  private static AddFact fresh(int number) {
    return new AddFact(FoldScenario.WRITERS, number, 1, 1, -2 * DAY, 1, 1);
  }

  /** The older, the smaller the number. */
  private static AddFact old(int number) {
    int age = 30 * DAY - number % 1000;
    return new AddFact(FoldScenario.WRITERS, number, number % 10, number % 4, -age, 3, 3);
  }

  /** One day's rate has changes of the same time: it depends on the transaction which is first. */
  @Test
  void aRateThatWasSetSeveralTimesIsSealedOneChangeAtATime() throws Exception {
    try (var scenario = scenario(FoldPropertiesIT.SUBJECTS.get("platform in Berlin"))) {
      scenario.begin(START);
      scenario.dropSeals();
      scenario.sql.run("TRUNCATE platform_rate_change");
      scenario.sql.run(
          """
          INSERT INTO platform_transaction_change (transaction_id, sign, currency, amount, status, at)
          SELECT n, 1, 'EUR', 10, 'completed', timestamptz '2026-02-01 12:00Z' + n * interval '1 day'
          FROM (SELECT generate_series(0, 9) UNION ALL SELECT 55) AS day (n)""");
      // Every order of three changes, one per day.
      scenario.sql.run(
          """
          INSERT INTO platform_rate_change (sign, currency, target, rate, at)
          SELECT sign, 'EUR', 'USD', rate, timestamptz '2026-02-02Z' + day * interval '1 day'
          FROM (VALUES (1, -1, 1.1), (1, 1, 1.2), (1, 1, 1.1), (2, -1, 1.1), (2, 1, 1.1), (2, 1, 1.2),
                       (3, 1, 1.1), (3, -1, 1.1), (3, 1, 1.2), (4, 1, 1.1), (4, 1, 1.2), (4, -1, 1.1),
                       (5, 1, 1.2), (5, -1, 1.1), (5, 1, 1.1), (6, 1, 1.2), (6, 1, 1.1), (6, -1, 1.1))
            AS change (day, sign, rate)""");
      scenario.settle();
      String worth = "SELECT concat_ws(' ', rates, revenue, converted) FROM platform_converted";
      List<String> before = scenario.sql.column(worth);
      scenario.seal(KEEP, 1);
      assertEquals(
          List.of("platform_rate_change 18", "platform_transaction_change 10"),
          scenario.sql.column("SELECT facts || ' ' || dropped FROM fact_seal ORDER BY 1"));
      scenario.recompute();
      assertEquals(before, scenario.sql.column(worth));
    }
  }

  @Test
  void aRecomputationDuringWhichFactsAreDroppedBeginsAgain() throws Exception {
    try (var scenario = scenario(FoldPropertiesIT.SUBJECTS.get("routing"))) {
      scenario.begin(START);
      scenario.dropSeals();
      for (int i = 1; i <= 20; i++) scenario.insert(old(i));
      scenario.settle();
      JsonNode[] after = new JsonNode[1];
      boolean isExchanged =
          scenario.rebuild(
              () -> {
                // It comes, is counted and is dropped in between.
                scenario.insert(old(900));
                after[0] = scenario.folded();
                scenario.seal(KEEP, 10);
              });
      assertEquals(false, isExchanged);
      assertEquals(after[0], scenario.settle());
      assertEquals(true, scenario.rebuild(() -> {}));
      assertEquals(after[0], scenario.settle());
    }
  }

  @Test
  void aDropThatDiesAnywhereChangesNothingOrAll() throws Exception {
    try (var scenario = scenario(FoldPropertiesIT.SUBJECTS.get("analysis"))) {
      scenario.begin(START);
      scenario.dropSeals();
      for (int i = 1; i <= 60; i++) scenario.insert(old(i));
      JsonNode before = scenario.settle();
      for (int cut = 0; scenario.dropped() < 40; cut++) {
        scenario.seal(KEEP, 8, cut % 45);
        assertEquals(before, scenario.settle(), "cut after " + cut % 45);
      }
      scenario.recompute();
      assertEquals(before, scenario.settle());
    }
  }

  @Test
  void nothingIsDroppedByANodeWithoutTheLease() throws Exception {
    try (var scenario = scenario(FoldPropertiesIT.SUBJECTS.get("routing"))) {
      scenario.begin(START);
      scenario.dropSeals();
      scenario.insert(old(1));
      scenario.settle();
      scenario.sql.run("UPDATE lease SET token = token + 1");
      assertEquals(0, scenario.sealOnce(KEEP, 10));
      assertEquals(0, scenario.dropped());
    }
  }
}
