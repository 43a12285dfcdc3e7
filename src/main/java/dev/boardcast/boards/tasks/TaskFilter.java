package dev.boardcast.boards.tasks;

import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Which tasks are listed.
 *
 * @param limit most of them on a page
 * @param after where the page before ended
 */
record TaskFilter(
    Scope scope,
    Optional<TaskStatus> status,
    Optional<String> teamId,
    int limit,
    TaskCursor after) {

  /** By what the caller sees them. */
  enum Scope {
    ANY,
    OWNED,
    SHARED
  }

  /**
   * Reads {@code status}, {@code team_id}, {@code owner=me}, {@code shared=true}, {@code limit},
   * {@code cursor}.
   *
   * @throws Problem 400 naming the parameter
   */
  static TaskFilter of(RoutingContext context) {
    var query =
        QueryParameters.of(context, "status", "team_id", "owner", "shared", "limit", "cursor");
    return new TaskFilter(
        scope(query),
        query.text("status").map(TaskFilter::status),
        query.text("team_id").map(TaskFilter::team),
        query.number("limit", 1, 200, 50),
        query.text("cursor").map(TaskCursor::parse).orElse(TaskCursor.START));
  }

  private static Scope scope(QueryParameters query) {
    boolean owned = query.text("owner").map(text -> only("owner", "me", text)).isPresent();
    boolean shared = query.text("shared").map(text -> only("shared", "true", text)).isPresent();
    if (owned && shared) throw Problem.invalid("shared", "nothing together with owner=me");
    return owned ? Scope.OWNED : shared ? Scope.SHARED : Scope.ANY;
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

  private static String team(String text) {
    if (!text.matches(FieldRules.TEAM)) throw Problem.invalid("team_id", FieldRules.TEAM_TEXT);
    return text;
  }
}
