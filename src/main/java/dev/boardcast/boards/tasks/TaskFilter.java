package dev.boardcast.boards.tasks;

import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Page;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/** The parameters of a request that lists tasks. */
record TaskFilter(
    Scope scope,
    Optional<TaskStatus> status,
    Optional<String> teamId,
    Planned planned,
    TaskSort sort,
    Page.Request page) {
  private static final Instant FIRST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("2200-01-01T00:00:00Z");
  private static final String TIME_TEXT = FieldRules.TIME_TEXT + ", from 1900 to 2199";

  /** Why the caller may see the tasks. */
  enum Scope {
    ANY,
    OWNED,
    SHARED
  }

  /**
   * What the plans of the tasks have in common.
   *
   * @param assignee a user, or {@code me} for the caller
   * @param unassigned only those without an assignee
   * @param priority as it is stored
   * @param dueAfter inclusive
   * @param dueBefore exclusive
   * @param overdue only those that should be completed and are not
   */
  record Planned(
      Optional<String> assignee,
      boolean unassigned,
      Optional<String> label,
      Optional<Short> priority,
      Optional<Instant> dueAfter,
      Optional<Instant> dueBefore,
      boolean overdue) {
    /** Whether only tasks with a due time are wanted. */
    boolean isDue() {
      return overdue || dueAfter.isPresent() || dueBefore.isPresent();
    }
  }

  /**
   * Reads {@code status}, {@code team_id}, {@code owner=me}, {@code shared=true}, {@code assignee},
   * {@code unassigned=true}, {@code label}, {@code priority}, {@code due_after}, {@code
   * due_before}, {@code overdue=true}, {@code sort}, {@code limit}, {@code cursor}.
   *
   * @param caller whom {@code me} stands for
   * @throws Problem 400 naming the wrong parameter
   */
  static TaskFilter of(RoutingContext context, String caller) {
    var query =
        QueryParameters.of(
            context,
            "status",
            "team_id",
            "owner",
            "shared",
            "assignee",
            "unassigned",
            "label",
            "priority",
            "due_after",
            "due_before",
            "overdue",
            "sort",
            "limit",
            "cursor");
    TaskSort sort = query.text("sort").map(TaskFilter::sort).orElse(TaskSort.CREATED_AT);
    return new TaskFilter(
        scope(query),
        query.text("status").map(TaskFilter::status),
        query
            .text("team_id")
            .map(text -> matching("team_id", text, FieldRules.ID, FieldRules.ID_TEXT)),
        planned(query, caller),
        sort,
        Page.Request.of(query, 200, 50, sort.start(), sort.cursorForm()));
  }

  private static Planned planned(QueryParameters query, String caller) {
    Optional<String> assignee =
        query
            .text("assignee")
            .map(text -> matching("assignee", text, FieldRules.USER, FieldRules.USER_TEXT))
            .map(user -> user.equals("me") ? caller : user);
    boolean unassigned = isTrue(query, "unassigned");
    if (unassigned && assignee.isPresent()) {
      throw Problem.invalid("unassigned", "nothing together with assignee");
    }
    return new Planned(
        assignee,
        unassigned,
        query
            .text("label")
            .map(text -> matching("label", text, TaskPlan.LABEL, TaskPlan.LABEL_TEXT)),
        query.text("priority").map(TaskFilter::priority),
        query.text("due_after").map(text -> time("due_after", text)),
        query.text("due_before").map(text -> time("due_before", text)),
        isTrue(query, "overdue"));
  }

  private static Scope scope(QueryParameters query) {
    boolean owned = query.text("owner").map(text -> only("owner", "me", text)).isPresent();
    boolean shared = isTrue(query, "shared");
    if (owned && shared) throw Problem.invalid("shared", "nothing together with owner=me");
    return owned ? Scope.OWNED : shared ? Scope.SHARED : Scope.ANY;
  }

  private static boolean isTrue(QueryParameters query, String name) {
    return query.text(name).map(text -> only(name, "true", text)).isPresent();
  }

  private static String only(String name, String value, String given) {
    if (!given.equals(value)) throw Problem.invalid(name, value);
    return given;
  }

  private static TaskStatus status(String text) {
    for (TaskStatus status : TaskStatus.values()) {
      if (status.stored().equals(text)) return status;
    }
    throw Problem.invalid("status", "pending or completed");
  }

  private static TaskSort sort(String text) {
    for (TaskSort sort : TaskSort.values()) {
      if (sort.name().toLowerCase(java.util.Locale.ROOT).equals(text)) return sort;
    }
    throw Problem.invalid("sort", "created_at, due_at or priority");
  }

  private static short priority(String text) {
    if (text.equals("none")) return Priority.NONE;
    matching("priority", text, Priority.PATTERN, "none, " + Priority.TEXT);
    return Priority.of(text).stored();
  }

  private static Instant time(String name, String text) {
    try {
      Instant time = OffsetDateTime.parse(text).toInstant();
      if (!time.isBefore(FIRST) && time.isBefore(LAST)) return time;
    } catch (DateTimeException notATime) {
      // Rejected below, like times that are not stored.
    }
    throw Problem.invalid(name, TIME_TEXT);
  }

  private static String matching(String name, String text, String form, String expected) {
    if (!text.matches(form)) throw Problem.invalid(name, expected);
    return text;
  }
}
