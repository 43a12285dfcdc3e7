package dev.boardcast.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What the tasks board says after an import of {@link TaskFacts}, against the truth. */
public final class TaskTotals {
  private TaskTotals() {}

  /** How many events the import must cause. */
  public static long events(Truth truth) {
    return truth.count("/events") + completions(truth) + truth.count("/reopens");
  }

  /** The statistics of somebody who sees all tasks. */
  public static void assertStatistics(Truth truth, JsonNode statistics) {
    long tasks = truth.count("/tasks");
    assertEquals(tasks, statistics.get("total").asLong());
    assertEquals(truth.count("/tasks_by_last_state/Closed"), statistics.get("completed").asLong());
    assertEquals(
        tasks - truth.count("/tasks_by_last_state/Closed"), statistics.get("pending").asLong());
    assertEquals(
        0, new BigDecimal(100).compareTo(statistics.get("completion_rate").decimalValue()));
    assertEquals(truth.count("/reopens"), statistics.get("reopened").asLong());
    assertEquals(
        truth.count("/transitions_out_of_Resolved_or_Closed_to_an_open_state"),
        statistics.get("reopened").asLong());
    JsonNode teams = statistics.get("by_team");
    Map<String, Long> top = truth.counts("/tasks_by_last_team_top10");
    long tenth = top.values().stream().mapToLong(Long::longValue).min().orElseThrow();
    for (var team : top.entrySet()) {
      JsonNode counts = teams.get(TaskFacts.name(team.getKey()));
      assertEquals(team.getValue(), counts.get("total").asLong(), team.getKey());
      assertEquals(team.getValue(), counts.get("completed").asLong(), team.getKey());
    }
    for (var team : teams.properties()) {
      boolean isTop = top.keySet().stream().map(TaskFacts::name).anyMatch(team.getKey()::equals);
      assertTrue(isTop || team.getValue().get("total").asLong() <= tenth, team.getKey());
    }
  }

  /** What clients who see all tasks were told. */
  public static void assertLedger(Truth truth, TaskLedger ledger) {
    assertEquals(
        Map.of(
            "task_created", (int) truth.count("/tasks"),
            "task_updated", (int) (truth.count("/events") - truth.count("/tasks")),
            "task_completed", (int) completions(truth),
            "task_reopened", (int) truth.count("/reopens")),
        ledger.byType());
    List<List<JsonNode>> tasks = ledger.histories();
    assertEquals(truth.count("/tasks"), tasks.size());
    assertEquals(
        truth.count("/tasks_reopened"),
        tasks.stream().filter(task -> task.stream().anyMatch(TaskTotals::isReopened)).count());
    assertEquals(truth.count("/events_where_assignment_group_changed"), changes(tasks, "team_id"));
    assertEquals(truth.count("/events_where_assigned_to_changed"), changes(tasks, "owner_id"));
    assertEquals(truth.count("/distinct_teams"), values(tasks, "team_id").size());
    Set<String> owners = values(tasks, "owner_id");
    assertTrue(owners.remove(TaskFacts.NOBODY));
    assertEquals(truth.count("/distinct_assignees"), owners.size());
    for (List<JsonNode> task : tasks) {
      for (int i = 0; i < task.size(); i++) {
        assertEquals(i + 1, task.get(i).at("/data/version").asInt(), "a hole in a task's history");
      }
      assertEquals("completed", task.get(task.size() - 1).at("/data/status").asText());
    }
  }

  /**
   * In the end all are closed: each was completed once, and again after each time it was reopened.
   */
  private static long completions(Truth truth) {
    assertEquals(truth.count("/tasks"), truth.count("/tasks_by_last_state/Closed"));
    return truth.count("/tasks") + truth.count("/reopens");
  }

  private static boolean isReopened(JsonNode event) {
    return WsClient.type(event).equals("task_reopened");
  }

  private static long changes(List<List<JsonNode>> tasks, String field) {
    long changes = 0;
    for (List<JsonNode> task : tasks) {
      for (int i = 1; i < task.size(); i++) {
        if (!Objects.equals(field(task.get(i - 1), field), field(task.get(i), field))) changes++;
      }
    }
    return changes;
  }

  private static Set<String> values(List<List<JsonNode>> tasks, String field) {
    var values = new HashSet<String>();
    tasks.forEach(task -> task.forEach(event -> values.add(field(event, field))));
    values.remove(null);
    return values;
  }

  private static String field(JsonNode event, String name) {
    return event.get("data").get(name).textValue();
  }
}
