package dev.boardcast.boards.tasks;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.boards.tasks.TaskScenario.Action;
import dev.boardcast.boards.tasks.TaskScenario.Step;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.BeforeTry;

/** After any changes and folds, the statistics of every caller equal a plain count. */
class TaskStatisticsIT {
  private static final int WRITERS = 3;
  private static final int STEPS = 60;
  private static final int MANY = 1000;

  private static TaskScenario scenario;

  @BeforeContainer
  static void open() {
    scenario = new TaskScenario();
  }

  @AfterContainer
  static void close() {
    scenario.close();
  }

  @BeforeTry
  void begin() {
    scenario.begin();
  }

  @Property(tries = 25, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void everyCallerIsToldWhatCountingTells(@ForAll("stories") List<Step> story) {
    try {
      for (Step step : story) {
        scenario.take(step);
        scenario.check();
        assertEquals(0, scenario.wrongRows(MANY), "rows wrong after " + step);
      }
    } finally {
      scenario.end(false);
    }
    scenario.fold.run().await();
    scenario.check();
    assertEquals(0, scenario.count("task_change"));
    // The number of tasks is an estimate until they are analyzed.
    scenario.pool.query("ANALYZE task").execute().await();
    assertEquals(0, scenario.wrongRows(0), "rows wrong in a sample");
    assertEquals(0, scenario.recompute());
    scenario.pool.query("DELETE FROM task").execute().await();
    scenario.fold.run().await();
    assertEquals(0, scenario.count("task_rollup WHERE bucket = '-infinity'"), "rows of nothing");
    scenario.check();
  }

  @Example
  void soItIsWhileOthersWriteAndFold() {
    var writers =
        IntStream.range(0, WRITERS)
            .mapToObj(seed -> CompletableFuture.runAsync(() -> write(new Random(seed))))
            .toList();
    var all = CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new));
    while (!all.isDone()) {
      scenario.check();
      scenario.fold.run().await();
      assertEquals(0, scenario.wrongRows(MANY), "rows wrong while others write");
      assertEquals(0, scenario.recompute(), "rows repaired while others write");
    }
    all.join();

    scenario.check();
    assertTrue(scenario.count("task_rollup") > 0);
  }

  /**
   * A fold beside another one finds no changes: it neither waits for the other nor takes its
   * changes.
   */
  @Example
  void twoFoldsExcludeEachOther() {
    for (int task = 0; task < 4; task++) scenario.take(new Step(Action.CREATE, 0, task, 3));
    var one = scenario.pool.getConnection().await();
    var other = scenario.pool.getConnection().await();
    try {
      one.query("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0").execute().await();
      assertTrue(TaskFold.batch(one, 2).await(), "there are more");

      other.query("BEGIN; SET LOCAL lock_timeout = '2s'").execute().await();
      assertFalse(TaskFold.batch(other, 2).await(), "nothing to do beside another");
      other.query("COMMIT").execute().await();
      assertEquals(4, scenario.count("task_change"));

      one.query("COMMIT").execute().await();
      assertEquals(2, scenario.count("task_change"));
    } finally {
      one.close().await();
      other.close().await();
    }
    scenario.fold.run().await();
    scenario.check();
  }

  @Example
  void theLast24HoursBeginBetweenTwoTasks() {
    scenario
        .pool
        .query(
            """
            INSERT INTO task (id, title, status, owner_id, created_at, completed_at, updated_at, content)
            SELECT gen_random_uuid(), 't', 'completed', 'ann', at, at, at, ''
            FROM generate_series(-1800, 1800, 10) AS i,
              LATERAL (SELECT now() - interval '24 hours' + i * interval '1 second' AS at) AS moment""")
        .execute()
        .await();
    scenario.fold.run().await();

    scenario.check();
  }

  @Example
  void whoGetsATaskThatWasSharedWithHimOwnsIt() {
    scenario.take(new Step(Action.CREATE, 0, 0, 3));
    scenario.take(new Step(Action.SHARE, 0, 0, 1));
    scenario.take(new Step(Action.HAND_OVER, 0, 0, 1));
    scenario.check();
    scenario.fold.run().await();

    scenario.check();
  }

  @Example
  void manyChangesAreFoldedWithoutBeingAskedFor() {
    scenario.take(new Step(Action.CREATE, 0, 0, 3));
    for (int i = 0; i < TaskFold.THRESHOLD; i++) scenario.fold.changed(1);

    await().atMost(Duration.ofSeconds(20)).until(() -> scenario.count("task_change") == 0);
    scenario.check();
  }

  @Example
  void aReaderWhoMeetsManyChangesHasThemFolded() {
    scenario
        .pool
        .query(
            """
            INSERT INTO task (id, title, owner_id, created_at, updated_at, content)
            SELECT gen_random_uuid(), 't', 'u' || i, now(), now(), ''
            FROM generate_series(1, 700) AS i""")
        .execute()
        .await();

    scenario.check();

    await().atMost(Duration.ofSeconds(20)).until(() -> scenario.count("task_change") == 0);
    scenario.check();
  }

  @Example
  void whatNoWindowReachesIsForgotten() {
    scenario.take(new Step(Action.CREATE, 0, 0, 3));
    scenario.fold.run().await();
    scenario
        .pool
        .query(
            """
            UPDATE task_rollup SET bucket = bucket - interval '26 hours';
            UPDATE task_moment SET at = at - interval '26 hours'""")
        .execute()
        .await();
    scenario.take(new Step(Action.CREATE, 0, 1, 3));
    scenario.fold.run().await();

    assertEquals(1, scenario.count("task_moment"));
    assertEquals(2, scenario.count("task_rollup WHERE bucket > '-infinity'"));
  }

  @Provide
  Arbitrary<List<Step>> stories() {
    return Combinators.combine(
            Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.of(Action.class)),
                Tuple.of(
                    1, Arbitraries.of(Action.CREATE, Action.SHARE, Action.COMPLETE, Action.FOLD))),
            Arbitraries.integers().between(0, 4),
            Arbitraries.integers().between(0, TaskScenario.TASKS - 1),
            Arbitraries.integers().between(0, 7))
        .as(Step::new)
        .list()
        .ofMinSize(5)
        .ofMaxSize(60);
  }

  private static void write(Random random) {
    for (int i = 0; i < STEPS; i++) {
      if (i % 3 == 0)
        scenario.take(new Step(Action.CREATE, i % 5, random.nextInt(TaskScenario.TASKS), i % 8));
      Action action = Action.values()[random.nextInt(Action.CREATE_UNCOMMITTED.ordinal())];
      scenario.take(
          new Step(
              action, random.nextInt(5), random.nextInt(TaskScenario.TASKS), random.nextInt(8)));
    }
  }
}
