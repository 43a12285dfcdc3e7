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

/** Compares the tasks board after an import of {@link TaskFacts} with the expected totals. */
public final class TaskTotals {
  private TaskTotals() {}

  /** The number of events that the import must cause. */
  public static long events(ExpectedTotals expected) {
    return expected.count("/events") + completions(expected) + expected.count("/reopens");
  }

  /** Compares the statistics of a user who sees all tasks. */
  public static void assertStatistics(ExpectedTotals expected, JsonNode statistics) {
    long tasks = expected.count("/tasks");
    assertEquals(tasks, statistics.get("total").asLong());
    assertEquals(
        expected.count("/tasks_by_last_state/Closed"), statistics.get("completed").asLong());
    assertEquals(
        tasks - expected.count("/tasks_by_last_state/Closed"), statistics.get("pending").asLong());
    assertEquals(
        0, new BigDecimal(100).compareTo(statistics.get("completion_rate").decimalValue()));
    assertEquals(expected.count("/reopens"), statistics.get("reopened").asLong());
    assertEquals(
        expected.count("/transitions_out_of_Resolved_or_Closed_to_an_open_state"),
        statistics.get("reopened").asLong());
    JsonNode teams = statistics.get("by_team");
    Map<String, Long> top = expected.counts("/tasks_by_last_team_top10");
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

  /** Compares the events of clients that see all tasks. */
  public static void assertLedger(ExpectedTotals expected, TaskLedger ledger) {
    assertEquals(
        Map.of(
            "task_created", (int) expected.count("/tasks"),
            "task_updated", (int) (expected.count("/events") - expected.count("/tasks")),
            "task_completed", (int) completions(expected),
            "task_reopened", (int) expected.count("/reopens")),
        ledger.byType());
    List<List<JsonNode>> tasks = ledger.histories();
    assertEquals(expected.count("/tasks"), tasks.size());
    assertEquals(
        expected.count("/tasks_reopened"),
        tasks.stream().filter(task -> task.stream().anyMatch(TaskTotals::isReopened)).count());
    assertEquals(
        expected.count("/events_where_assignment_group_changed"), changes(tasks, "team_id"));
    assertEquals(expected.count("/events_where_assigned_to_changed"), changes(tasks, "owner_id"));
    assertEquals(expected.count("/distinct_teams"), values(tasks, "team_id").size());
    Set<String> owners = values(tasks, "owner_id");
    assertTrue(owners.remove(TaskFacts.UNASSIGNED));
    assertEquals(expected.count("/distinct_assignees"), owners.size());
    for (List<JsonNode> task : tasks) {
      for (int i = 0; i < task.size(); i++) {
        assertEquals(i + 1, task.get(i).at("/data/version").asInt(), "a gap in a task's versions");
      }
      assertEquals("completed", task.get(task.size() - 1).at("/data/status").asText());
    }
  }

  /** All tasks end as closed: each was completed once, and again after each reopening. */
  private static long completions(ExpectedTotals expected) {
    assertEquals(expected.count("/tasks"), expected.count("/tasks_by_last_state/Closed"));
    return expected.count("/tasks") + expected.count("/reopens");
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
