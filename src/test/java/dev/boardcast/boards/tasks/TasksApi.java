package dev.boardcast.boards.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Routes;
import dev.boardcast.testing.Api;
import java.util.List;

/** The routes of this board, and helpers for tests. */
final class TasksApi {
  static final String TASKS = "/api/v1/tasks";
  static final String TEAMS = "/api/v1/teams";

  private TasksApi() {}

  static Api start() {
    return new Api(TasksApi::routes);
  }

  static List<Routes> routes(Api.Resources parts) {
    return new TasksModule().routes(parts.board());
  }

  /** Creates a task of the token's user; returns the body of the response. */
  static JsonNode create(Api api, String token, String json) {
    var answer = api.call("POST", TASKS).as(token).json(json).now();
    if (answer.status() != 201) throw new AssertionError(answer.text());
    return answer.json();
  }

  static String path(JsonNode task) {
    return TASKS + "/" + task.get("id").asText();
  }

  /** The outbox in order, each as {@code type -> streams}; without the stream of admins. */
  static List<String> events(Api api) {
    return api
        .rows(
            """
            SELECT type, array_to_string(array_remove(streams, 'tasks'), ' ') AS streams
            FROM outbox ORDER BY id""")
        .stream()
        .map(row -> row.getString("type") + " -> " + row.getString("streams"))
        .toList();
  }

  /** A digest of all tables that bad input must not change. */
  static String contents(Api api) {
    return api.rows(
            """
            SELECT md5(concat(
              (SELECT string_agg(t::text, ',' ORDER BY id) FROM task t),
              (SELECT string_agg(t::text, ',' ORDER BY id) FROM team t),
              (SELECT string_agg(m::text, ',' ORDER BY user_id, team_id) FROM team_member m),
              (SELECT string_agg(i::text, ',' ORDER BY user_id, team_id) FROM team_invitation i),
              (SELECT string_agg(c::text, ',' ORDER BY id) FROM task_comment c),
              (SELECT string_agg(o::text, ',' ORDER BY id) FROM outbox o),
              (SELECT string_agg(i::text, ',' ORDER BY principal, key) FROM idempotency i)))""")
        .get(0)
        .getString(0);
  }
}
