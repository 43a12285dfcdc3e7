package dev.boardcast.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The recorded incident log as task operations, in file order, which keeps one incident's rows
 * together; the time of each is when the row was written ({@code sys_updated_at}).
 *
 * <ul>
 *   <li>The first row of an incident creates a task.
 *   <li>Every other row is an update: of team and owner where group or assignee changed, and of the
 *       description in any case.
 *   <li>Resolved or Closed after another state completes the task, so Closed after Resolved asks
 *       for what is done already; an open state after these reopens it first.
 *   <li>An unknown group is no team; an unknown assignee is the owner {@link #NOBODY}, because a
 *       task always has one.
 * </ul>
 */
public final class TaskFacts {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd-MM-yyyy HH:mm");
  private static final Set<String> FINISHED = Set.of("Resolved", "Closed");

  /** The owner of what nobody is known to work on. */
  public static final String NOBODY = "nobody";

  private final List<String> lines = new ArrayList<>();
  private final Set<String> teams = new TreeSet<>();
  private final Set<String> people = new TreeSet<>();
  private final Set<String> alone = new TreeSet<>();
  private final Map<String, Integer> operations = new HashMap<>();

  private TaskFacts() {}

  public static TaskFacts read() throws IOException {
    var facts = new TaskFacts();
    Map<String, Map<String, String>> last = new HashMap<>();
    for (Map<String, String> row : RealData.csv("tasks", "incident_event_log_cut.csv")) {
      facts.add(row, last.put(row.get("number"), row));
    }
    return facts;
  }

  /** One operation a line. */
  public Path write(Path file) throws IOException {
    return Files.write(file, lines);
  }

  /** Every team that a task ever had. */
  public Set<String> teams() {
    return teams;
  }

  /** Every owner that a task ever had. */
  public Set<String> people() {
    return people;
  }

  /** Those who once owned a task without a team: nobody else could see it then. */
  public Set<String> alone() {
    return alone;
  }

  /** How many operations there are. */
  public int count() {
    return lines.size();
  }

  /** How many operations of a kind there are. */
  public int count(String operation) {
    return operations.getOrDefault(operation, 0);
  }

  private void add(Map<String, String> row, Map<String, String> before) {
    boolean finished = FINISHED.contains(row.get("incident_state"));
    if (before == null) {
      var create = operation("create", row);
      create.put("title", row.get("number") + " " + row.get("category"));
      create.put("description", "state " + row.get("incident_state"));
      assign(create, row);
      emit(create);
      if (finished) emit(operation("complete", row));
      return;
    }
    boolean wasFinished = FINISHED.contains(before.get("incident_state"));
    if (wasFinished && !finished) emit(operation("reopen", row));
    var update = operation("update", row);
    if (changed(row, before, "assignment_group") || changed(row, before, "assigned_to")) {
      assign(update, row);
    }
    update.put("description", "state " + row.get("incident_state") + ", row " + lines.size());
    emit(update);
    if (finished && changed(row, before, "incident_state")) emit(operation("complete", row));
  }

  private void assign(ObjectNode operation, Map<String, String> row) {
    String team = name(row.get("assignment_group"));
    String person = name(row.get("assigned_to"));
    if (person == null) person = NOBODY;
    if (team == null) alone.add(person);
    else teams.add(team);
    people.add(person);
    operation.put("team_id", team);
    operation.put("owner_id", person);
  }

  private ObjectNode operation(String op, Map<String, String> row) {
    var node = Json.MAPPER.createObjectNode();
    node.put("op", op);
    node.put("key", row.get("number"));
    node.put("event_id", row.get("number") + "-" + lines.size());
    node.put(
        "at",
        Json.time(LocalDateTime.parse(row.get("sys_updated_at"), TIME).toInstant(ZoneOffset.UTC)));
    return node;
  }

  private void emit(ObjectNode operation) {
    operations.merge(operation.get("op").asText(), 1, Integer::sum);
    lines.add(operation.toString());
  }

  private static boolean changed(
      Map<String, String> row, Map<String, String> before, String column) {
    return !row.get(column).equals(before.get(column));
  }

  /** "Group 56" as an identifier; null for unknown. */
  public static String name(String value) {
    return value.equals("?") ? null : value.trim().toLowerCase().replaceAll("[^a-z0-9]+", "-");
  }
}
