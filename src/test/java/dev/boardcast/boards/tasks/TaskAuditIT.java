package dev.boardcast.boards.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.boards.tasks.TaskScenario.Action;
import dev.boardcast.boards.tasks.TaskScenario.Step;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rollup rows changed by SQL are found and repaired while changes are pending. */
class TaskAuditIT {
  private static final int MANY = 1000;

  private static TaskScenario scenario;

  @BeforeAll
  static void open() {
    scenario = new TaskScenario();
  }

  @AfterAll
  static void close() {
    scenario.close();
  }

  /** Folds tasks of several users, teams and ages, and leaves some changes pending. */
  @BeforeEach
  void people() {
    scenario.begin();
    for (int task = 0; task < 8; task++) {
      scenario.take(new Step(Action.CREATE, task % 5, task, task % 4));
      scenario.take(new Step(Action.SHARE, task % 5, task, (task + 1) % 5));
      if (task % 2 == 0) scenario.take(new Step(Action.COMPLETE, task % 5, task, 0));
    }
    scenario.take(new Step(Action.AGE, 0, 1, 7));
    scenario.fold.run().await();
    scenario.take(new Step(Action.REOPEN, 0, 0, 0));
    scenario.take(new Step(Action.HAND_OVER, 2, 2, 3));
    scenario.take(new Step(Action.DELETE, 3, 3, 0));
    assertTrue(scenario.count("task_change") > 0, "changes wait");
    assertEquals(0, scenario.wrongRows(MANY));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE task_rollup SET total = total + 1 WHERE kind = 'all' AND bucket = '-infinity'",
        "UPDATE task_rollup SET completed = completed + 1 WHERE kind = 'team'",
        "UPDATE task_rollup SET reopened = reopened - 1 WHERE kind = 'owner' AND bucket = '-infinity'",
        "UPDATE task_rollup SET seconds = seconds + 0.001 WHERE kind = 'sharee' AND bucket = '-infinity'",
        "UPDATE task_rollup SET total = total + 1 WHERE bucket > '-infinity'",
        "DELETE FROM task_rollup WHERE kind = 'owner'",
        "INSERT INTO task_rollup VALUES ('owner', 'none', '-infinity', '', 1, 0, 0, 0)",
        "UPDATE task_moment SET n = n + 1",
        "DELETE FROM task_moment WHERE is_completion",
        "INSERT INTO task_moment VALUES (now(), false, 'none', '', '{}', 1)",
        "ALTER TABLE task DISABLE TRIGGER USER; UPDATE task SET reopened = 9; ALTER TABLE task ENABLE TRIGGER USER"
      })
  void damagedRowsAreFoundAndRepaired(String spoil) {
    scenario.pool.query(spoil).execute().await();

    long wrong = scenario.wrongRows(MANY);
    assertTrue(wrong > 0, "nothing is found");
    assertEquals(wrong, scenario.recompute(), "rows repaired");

    assertEquals(0, scenario.wrongRows(MANY));
    scenario.check();
    scenario.fold.run().await();
    assertEquals(0, scenario.wrongRows(MANY));
    scenario.check();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE task_rollup SET total = total + 1 WHERE bucket = '-infinity'",
        "UPDATE task_rollup SET seconds = seconds + 1 WHERE kind = 'all' AND bucket = '-infinity'"
      })
  void aSampleOfManyFindsDamagedRowsAndADamagedTotal(String spoil) {
    scenario.pool.query("ANALYZE task").execute().await();
    assertEquals(0, scenario.wrongRows(0));

    scenario.pool.query(spoil).execute().await();

    assertTrue(scenario.wrongRows(0) > 0);
  }

  @Test
  void rowsOutsideOfEveryWindowAreIgnored() {
    scenario
        .pool
        .query(
            "INSERT INTO task_moment VALUES (now() - interval '25 hours', false, 'a', '', '{}', 1)")
        .execute()
        .await();

    assertEquals(0, scenario.wrongRows(MANY));
  }
}
