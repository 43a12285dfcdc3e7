package dev.boardcast.boards.tasks;

import static dev.boardcast.boards.tasks.TasksApi.TASKS;
import static dev.boardcast.boards.tasks.TasksApi.create;
import static dev.boardcast.boards.tasks.TasksApi.path;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.boards.tasks.TaskFilter.Scope;
import dev.boardcast.testing.Api;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TaskListIT {
  private Api api;

  @BeforeEach
  void start() {
    api = TasksApi.start();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void pagesNeitherRepeatNorSkipWhileTasksAreAdded() {
    many("ann", 45);
    var there = new HashSet<>(all("ann", "limit=200"));
    assertEquals(45, there.size());

    var seen = new ArrayList<String>();
    String next = "";
    int pages = 0;
    do {
      var page = api.call("GET", TASKS + "?limit=10" + next).as("ann").now().json();
      seen.addAll(page.get("items").findValuesAsText("id"));
      next = page.get("next").isNull() ? null : "&cursor=" + page.get("next").asText();
      many("ann", 3);
      pages++;
    } while (next != null);

    assertEquals(5, pages);
    assertEquals(45, seen.size());
    assertEquals(there, new HashSet<>(seen));
  }

  @Test
  void theNewestIsFirstAndATaskSeenInThreeWaysIsThereOnce() {
    var older = create(api, "ann;red", "{\"title\":\"t\",\"team_id\":\"red\"}");
    api.call("POST", path(older) + "/share").as("ann").json("{\"user_id\":\"bob\"}").now();
    api.call("PATCH", path(older)).as("ann").json("{\"owner_id\":\"bob\"}").now();
    api.rows("UPDATE task SET created_at = created_at - interval '1 second'");
    var newer = create(api, "bob", "{\"title\":\"t\"}");

    var ids = all("bob;red", "");

    assertEquals(List.of(newer.get("id").asText(), older.get("id").asText()), ids);
  }

  @Test
  void filtersNarrowTheListAndKeepItsOrder() {
    var mine = create(api, "ann;red", "{\"title\":\"t\"}");
    var ofTeam = create(api, "max;red", "{\"title\":\"t\",\"team_id\":\"red\"}");
    var shared = create(api, "sam", "{\"title\":\"t\"}");
    create(api, "eve", "{\"title\":\"t\"}");
    api.call("POST", path(shared) + "/share").as("sam").json("{\"user_id\":\"ann\"}").now();
    api.call("POST", path(ofTeam) + "/complete").as("max;red").now();

    assertEquals(3, all("ann;red", "").size());
    assertEquals(List.of(id(mine)), all("ann;red", "owner=me"));
    assertEquals(List.of(id(ofTeam)), all("ann;red", "team_id=red"));
    assertEquals(List.of(id(shared)), all("ann;red", "shared=true"));
    assertEquals(List.of(id(ofTeam)), all("ann;red", "status=completed"));
    assertEquals(List.of(), all("ann;red", "status=completed&owner=me"));
    assertEquals(List.of(), all("eve", "team_id=red"));
    assertEquals(4, all("root;;admin", "").size());
    assertEquals(List.of(id(ofTeam)), all("root;;admin", "team_id=red"));
    assertEquals(List.of(), all("root;;admin", "owner=me"));
  }

  @Test
  void noReadGoesOverTheWholeTable() {
    api.rows(
        """
        INSERT INTO task (id, title, owner_id, team_id, shared_with, created_at, updated_at, content)
        SELECT gen_random_uuid(), 't', 'u' || i % 500, 'g' || i % 700,
          CASE WHEN i % 100 = 0 THEN ARRAY['u1'] ELSE '{}' END, at, at, ''
        FROM generate_series(1, 20000) i, LATERAL (SELECT now() - i * interval '1 second' AS at) a""");
    api.call("GET", TASKS + "/statistics").as("u1").now();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> api.rows("SELECT FROM task_change").isEmpty());
    api.rows("ANALYZE task, task_rollup, task_moment");

    var reads = new ArrayList<>(List.of(TaskStatistics.COUNTS));
    for (TaskSort sort : TaskSort.values()) {
      reads.add(TaskList.sql(false, Scope.ANY, sort, sort.parts(), false));
      reads.add(TaskList.sql(false, Scope.ANY, sort, sort.parts(), true));
      reads.add(TaskList.sql(false, Scope.OWNED, sort, sort.parts(), false));
      reads.add(TaskList.sql(false, Scope.SHARED, sort, sort.parts(), false));
      reads.add(TaskList.sql(true, Scope.ANY, sort, sort.parts(), false));
      reads.add(TaskList.sql(true, Scope.ANY, sort, sort.parts(), true));
    }

    for (String read : reads) {
      String plan =
          api.rows("EXPLAIN (GENERIC_PLAN) " + read).stream()
              .map(row -> row.getString(0))
              .collect(Collectors.joining("\n"));
      // There are few changes: a sequential scan is the right plan.
      assertFalse(plan.replace("Seq Scan on task_change", "").contains("Seq Scan on task"), plan);
    }
    var page = api.call("GET", TASKS + "?limit=20").as("u1;g1,g2").now().json();
    assertEquals(20, page.get("items").size());
  }

  @Test
  void theLast24HoursEndNowWhateverTheCalendarSays() {
    String[] times = {"24 hours", "23 hours 59 minutes", "0 hours", "2 years", "1 hour"};
    for (String ago : times) {
      String id = id(create(api, "ann", "{\"title\":\"t\"}"));
      api.call("POST", TASKS + "/" + id + "/complete").as("ann").now();
      api.rows(
          """
          UPDATE task SET created_at = now() - interval '%1$s', completed_at = now() - interval '%1$s'
          WHERE id = '%2$s'"""
              .formatted(ago, id));
    }

    var counts = statistics("ann");

    assertEquals(3, counts.get("created_last_24h").asInt());
    assertEquals(3, counts.get("completed_last_24h").asInt());
    assertEquals(5, counts.get("completed").asInt());
  }

  @Test
  void statisticsCountExactlyWhatTheCallerSees() {
    String ann = "ann;red";
    var empty = statistics(ann);
    assertEquals(0, empty.get("total").asInt());
    assertTrue(empty.get("completion_rate").isNull());
    assertTrue(empty.get("average_completion_seconds").isNull());
    var first = create(api, ann, "{\"title\":\"t\",\"team_id\":\"red\"}");
    create(api, ann, "{\"title\":\"t\"}");
    var shared = create(api, "sam", "{\"title\":\"t\"}");
    create(api, "sam", "{\"title\":\"not seen\"}");
    api.call("POST", path(shared) + "/share").as("sam").json("{\"user_id\":\"ann\"}").now();
    for (String step : List.of("/complete", "/reopen", "/complete", "/complete")) {
      api.call("POST", path(first) + step).as(ann).now();
    }
    api.rows(
        "UPDATE task SET created_at = completed_at - interval '2 days' WHERE status = 'completed'");

    var counts = statistics(ann);

    assertEquals(3, counts.get("total").asInt());
    assertEquals(2, counts.get("pending").asInt());
    assertEquals(1, counts.get("completed").asInt());
    assertEquals(new BigDecimal("33.33"), counts.get("completion_rate").decimalValue());
    assertEquals(2, counts.get("created_last_24h").asInt());
    assertEquals(1, counts.get("completed_last_24h").asInt());
    assertEquals(1, counts.get("reopened").asInt());
    assertEquals(172_800, counts.get("average_completion_seconds").asDouble());
    assertEquals(2, counts.get("owned").asInt());
    assertEquals(1, counts.get("shared_with_me").asInt());
    assertEquals(
        "{\"red\":{\"total\":1,\"pending\":0,\"completed\":1}}", counts.get("by_team").toString());
    assertEquals(4, statistics("root;;admin").get("total").asInt());
  }

  private JsonNode statistics(String token) {
    return api.call("GET", TASKS + "/statistics").as(token).now().json();
  }

  private List<String> all(String token, String query) {
    var page = api.call("GET", TASKS + "?" + query).as(token).now().json();
    return page.get("items").findValuesAsText("id");
  }

  private void many(String token, int count) {
    var tasks = IntStream.range(0, count).mapToObj(i -> "{\"title\":\"" + i + "\"}").toList();
    api.call("POST", TASKS).as(token).json(tasks.toString()).now();
  }

  private static String id(JsonNode task) {
    return task.get("id").asText();
  }
}
