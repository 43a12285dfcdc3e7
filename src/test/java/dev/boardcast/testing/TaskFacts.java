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
 * The recorded incident log as task operations, in file order, which groups the rows of an
 * incident; the time of each is that of the row ({@code sys_updated_at}).
 *
 * <ul>
 *   <li>The first row of an incident creates a task.
 *   <li>Every other row is an update: of team and owner where group or assignee changed, and of the
 *       description in any case.
 *   <li>Resolved or Closed after another state completes the task, also Closed after Resolved; an
 *       open state after these reopens it first.
 *   <li>An unknown group is no team; an unknown assignee is the owner {@link #UNASSIGNED}, because
 *       a task always has an owner.
 * </ul>
 */
public final class TaskFacts {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd-MM-yyyy HH:mm");
  private static final Set<String> FINISHED = Set.of("Resolved", "Closed");

  /** The owner of tasks without a known assignee. */
  public static final String UNASSIGNED = "nobody";

  private final List<String> lines = new ArrayList<>();
  private final Set<String> teams = new TreeSet<>();
  private final Set<String> owners = new TreeSet<>();
  private final Set<String> withoutTeam = new TreeSet<>();
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

  /** Writes one operation per line. */
  public Path write(Path file) throws IOException {
    return Files.write(file, lines);
  }

  /** All teams of any task. */
  public Set<String> teams() {
    return teams;
  }

  /** All owners of any task. */
  public Set<String> owners() {
    return owners;
  }

  /** Owners of a task without a team, which only they could see. */
  public Set<String> ownersWithoutTeam() {
    return withoutTeam;
  }

  /** The number of operations. */
  public int count() {
    return lines.size();
  }

  /** The number of operations of a kind. */
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
    String owner = name(row.get("assigned_to"));
    if (owner == null) owner = UNASSIGNED;
    if (team == null) withoutTeam.add(owner);
    else teams.add(team);
    owners.add(owner);
    operation.put("team_id", team);
    operation.put("owner_id", owner);
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

  /** Turns a name such as "Group 56" into an identifier; null for an unknown one. */
  public static String name(String value) {
    return value.equals("?") ? null : value.trim().toLowerCase().replaceAll("[^a-z0-9]+", "-");
  }
}
