package dev.boardcast.boards.tasks;

import static dev.boardcast.boards.tasks.TasksApi.TASKS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.boards.tasks.TaskFilter.Scope;
import dev.boardcast.testing.Api;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every order of 50,000 tasks is read to its end by pages. */
@Timeout(120)
class TaskPagesIT {
  private static final int TASKS_STORED = 50_000;
  private static Api api;

  @BeforeAll
  static void start() {
    api = TasksApi.start();
    // Of several due times and creations many are equal, so that pages end between equal ones.
    api.rows(
        """
        INSERT INTO task (id, title, owner_id, team_id, created_at, updated_at, content, due_at,
                          priority, assignee, labels)
        SELECT gen_random_uuid(), 't', 'ann', CASE WHEN i %% 2 = 0 THEN 'red' END, at, at, '',
          CASE WHEN i %% 3 > 0 THEN at + (i %% 40 - 20) * interval '1 day' END, i %% 5,
          CASE WHEN i %% 7 = 0 THEN 'ann' END,
          CASE WHEN i %% 500 = 0 THEN ARRAY['rare'] ELSE '{}' END
        FROM generate_series(1, %d) i,
          LATERAL (SELECT date_trunc('minute', now()) - i / 7 * interval '1 minute' AS at) a"""
            .formatted(TASKS_STORED));
    api.rows("ANALYZE task");
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @ParameterizedTest
  @CsvSource({
    "'', created_at DESC, true",
    "sort=due_at, due_at NULLS LAST, true",
    "sort=priority, 'priority DESC, created_at DESC', true",
    "sort=due_at&label=rare, due_at NULLS LAST, labels <> '{}'",
    "sort=priority&assignee=me, 'priority DESC, created_at DESC', assignee = 'ann'",
    "sort=due_at&team_id=red&priority=high, due_at NULLS LAST, team_id = 'red' AND priority = 3",
    "overdue=true&sort=due_at, due_at, due_at <= now()",
  })
  void pagesGoToTheEndWithoutGapsAndRepeats(String query, String order, String where) {
    var expected =
        api.rows("SELECT id::text FROM task WHERE " + where + " ORDER BY " + order).stream()
            .map(row -> row.getString(0))
            .toList();
    var seen = new ArrayList<String>();
    long slowest = 0;
    String next = "";
    while (next != null) {
      long begun = System.nanoTime();
      var page = api.call("GET", TASKS + "?limit=200&" + query + next).as("ann;red").now();
      slowest = Math.max(slowest, System.nanoTime() - begun);
      assertEquals(200, page.status(), page.text());
      seen.addAll(page.json().get("items").findValuesAsText("id"));
      next =
          page.json().get("next").isNull() ? null : "&cursor=" + page.json().get("next").asText();
    }
    System.out.printf(
        "%s: %d tasks, slowest page %d ms%n", query, seen.size(), slowest / 1_000_000);

    assertEquals(expected.size(), seen.size());
    assertEquals(new HashSet<>(expected), new HashSet<>(seen));
    assertEquals(values(expected, order), values(seen, order));
    assertTrue(!seen.isEmpty());
  }

  /** Where all tasks have a value, a look for those without would read them all. */
  @ParameterizedTest
  @EnumSource(
      value = TaskSort.class,
      names = {"DUE_AT", "PRIORITY"})
  void thePageThatTheFirstPartFillsReadsNothingOfTheSecond(TaskSort sort) {
    String sql = TaskList.sql(true, Scope.ANY, sort, sort.parts(), false);
    String plan =
        api.rows("EXPLAIN (GENERIC_PLAN) " + sql).stream()
            .map(row -> row.getString(0))
            .collect(Collectors.joining("\n"));
    assertTrue(plan.contains("One-Time Filter"), plan);
  }

  /** What the order is by, in the order of these tasks. */
  private static List<String> values(List<String> ids, String order) {
    String sorted = order.replaceAll(" (DESC|NULLS LAST)", "");
    return api
        .rows(
            """
            SELECT concat_ws(' ', %s) FROM unnest('{%s}'::uuid[]) WITH ORDINALITY AS u (id, place)
              JOIN task USING (id) ORDER BY place"""
                .formatted(sorted, String.join(",", ids)))
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }
}
