package dev.boardcast.boards.tasks;

import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Page;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** The parameters of a request that lists tasks. */
record TaskFilter(
    Scope scope, Optional<TaskStatus> status, Optional<String> teamId, Page.Request page) {
  private static final String CURSOR_KEY = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  /** Why the caller may see the tasks. */
  enum Scope {
    ANY,
    OWNED,
    SHARED
  }

  /**
   * Reads {@code status}, {@code team_id}, {@code owner=me}, {@code shared=true}, {@code limit},
   * {@code cursor}.
   *
   * @throws Problem 400 naming the wrong parameter
   */
  static TaskFilter of(RoutingContext context) {
    var query =
        QueryParameters.of(context, "status", "team_id", "owner", "shared", "limit", "cursor");
    return new TaskFilter(
        scope(query),
        query.text("status").map(TaskFilter::status),
        query.text("team_id").map(TaskFilter::team),
        Page.Request.of(query, 200, 50, Page.Cursor.NEWEST_FIRST, CURSOR_KEY));
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
    if (!text.matches(FieldRules.ID)) throw Problem.invalid("team_id", FieldRules.ID_TEXT);
    return text;
  }
}
