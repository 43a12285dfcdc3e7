package dev.boardcast.boards.tasks;

import static dev.boardcast.boards.tasks.TasksApi.create;
import static dev.boardcast.boards.tasks.TasksApi.path;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.testing.Api;
import io.vertx.core.buffer.Buffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row gets its status, the name of its field, and changes nothing. */
@Timeout(60)
class TaskBadInputIT {
  private static final String OTHER = "00000000-0000-4000-8000-000000000000";

  private static Api api;
  private static String task;
  private static String team;

  @BeforeAll
  static void start() {
    api = TasksApi.start();
    task = path(create(api, "ann", "{\"title\":\"t\"}"));
    team =
        api.call("POST", "/api/v1/teams")
            .as("ann")
            .json("{\"name\":\"n\"}")
            .now()
            .header("Location");
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  /**
   * A bad request.
   *
   * @param path {@code TASK} and {@code TEAM} stand for what is there
   * @param body bytes as Latin 1, so that any byte can be written
   * @param headers name and value in turn
   * @param field what the problem names, empty for none
   */
  record Bad(String method, String path, String body, String[] headers, int status, String field) {
    @Override
    public String toString() {
      String shown = body.length() > 60 ? body.substring(0, 60) + "…" : body;
      return method + " " + path + " " + shown + " " + String.join(" ", headers) + " -> " + status;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badRequests")
  void badInputIsNamedAndChangesNothing(Bad bad) {
    String before = TasksApi.contents(api);
    var call =
        api.call(bad.method(), bad.path().replace("TASK", task).replace("TEAM", team))
            .as("ann")
            .body("application/json", Buffer.buffer(bad.body().getBytes(ISO_8859_1)));
    for (int i = 0; i < bad.headers().length; i += 2) {
      if (bad.headers()[i].equals("Authorization")) {
        call.without("Authorization").with("Authorization", bad.headers()[i + 1]);
      } else if (bad.headers()[i].equals("Content-Type")) {
        call.body(bad.headers()[i + 1], Buffer.buffer(bad.body().getBytes(ISO_8859_1)));
      } else {
        call.with(bad.headers()[i], bad.headers()[i + 1]);
      }
    }

    var answer = call.now();

    assertEquals(bad.status(), answer.status(), answer.text());
    assertEquals("application/problem+json", answer.header("Content-Type"));
    assertEquals(bad.status(), answer.json().get("status").asInt());
    assertEquals(bad.field(), answer.fields(), answer.text());
    assertEquals(before, TasksApi.contents(api));
  }

  static Stream<Bad> badRequests() {
    return Stream.of(posts(), patches(), lists(), preconditions(), teams(), paths())
        .flatMap(rows -> rows);
  }

  private static Stream<Bad> posts() {
    String long201 = "x".repeat(201);
    return Stream.of(
        post("", 400, "body"),
        post("{", 400, "body"),
        post("null", 400, "body"),
        post("7", 400, "body"),
        post("\"text\"", 400, "body"),
        post("{\"title\":\"a\"} trailing", 400, "body"),
        post("{\"title\":\"a\",\"title\":\"b\"}", 400, "title"),
        post("{'title':'a'}", 400, "body"),
        post("{\"title\":NaN}", 400, "body"),
        post("{\"title\":\"\u00ff\u00fe\"}", 400, "body"),
        post("{\"title\":\"\u00c3\"}", 400, "body"),
        post("{\"title\":\"a\\u0000b\"}", 400, "title"),
        post("{\"title\":\"\\ud800\"}", 400, "title"),
        post("{\"title\":\"\u00ed\u00a0\u0080\"}", 400, "body"),
        post("{}", 400, "title"),
        post("{\"title\":null}", 400, "title"),
        post("{\"title\":\"\"}", 400, "title"),
        post("{\"title\":\"  \\n \"}", 400, "title"),
        post("{\"title\":\"" + long201 + "\"}", 400, "title"),
        post("{\"title\":7}", 400, "title"),
        post("{\"title\":true}", 400, "title"),
        post("{\"title\":[\"a\"]}", 400, "title"),
        post("{\"title\":{}}", 400, "title"),
        post("{\"title\":\"a\",\"description\":4}", 400, "description"),
        post("{\"title\":\"a\",\"description\":\"" + "y".repeat(4001) + "\"}", 400, "description"),
        post("{\"title\":\"a\",\"colour\":\"red\"}", 400, "colour"),
        post("{\"title\":\"a\",\"status\":\"completed\"}", 400, "status"),
        post("{\"title\":\"a\",\"version\":9}", 400, "version"),
        post("{\"title\":\"a\",\"id\":\"7\"}", 400, "id"),
        post("{\"title\":\"a\",\"id\":7}", 400, "id"),
        post("{\"title\":\"a\",\"team_id\":\"red team\"}", 400, "team_id"),
        post("{\"title\":\"a\",\"team_id\":\"\"}", 400, "team_id"),
        post("{\"title\":\"a\",\"team_id\":7}", 400, "team_id"),
        post("{\"title\":\"a\",\"team_id\":\"blue\"}", 403, "team_id"),
        post("{\"title\":\"a\",\"owner_id\":\"\"}", 400, "owner_id"),
        post("{\"title\":\"a\",\"owner_id\":\"a\\u0007\"}", 400, "owner_id"),
        post("{\"title\":\"a\",\"owner_id\":\"bob\"}", 403, "owner_id"),
        post("{\"title\":\"\",\"team_id\":\"\"}", 400, "team_id,title"),
        post("[{\"title\":\"a\"}", 400, "body"),
        post("[" + "[".repeat(80) + "]".repeat(80) + "]", 400, "body"),
        post("{\"title\":\"a\"}", 415, "", "Content-Type", "text/plain"),
        post("title=a", 415, "", "Content-Type", "application/x-www-form-urlencoded"),
        post("[{\"title\":\"a\"}]", 415, "", "Content-Type", "text/plain"),
        post("{\"title\":\"" + "z".repeat(1 << 20) + "\"}", 413, ""),
        post("{\"title\":\"a\"}", 400, "Idempotency-Key", "Idempotency-Key", ""),
        post("{\"title\":\"a\"}", 400, "Idempotency-Key", "Idempotency-Key", "k".repeat(256)),
        post("{\"title\":\"a\"}", 400, "Idempotency-Key", "Idempotency-Key", "two words"),
        post(
            "{\"title\":\"a\"}",
            400,
            "Idempotency-Key",
            "Idempotency-Key",
            "a",
            "Idempotency-Key",
            "b"),
        post(
            "{\"title\":\"a\"}\n",
            400,
            "Idempotency-Key",
            "Idempotency-Key",
            "k",
            "Content-Type",
            "application/x-ndjson"));
  }

  private static Stream<Bad> patches() {
    return Stream.of(
        bad("PATCH", "TASK", "{\"title\":null}", 400, "title"),
        bad("PATCH", "TASK", "{\"title\":\"\"}", 400, "title"),
        bad("PATCH", "TASK", "{\"title\":7}", 400, "title"),
        bad("PATCH", "TASK", "{\"title\":\"a\\u0000\"}", 400, "title"),
        bad("PATCH", "TASK", "{\"description\":[]}", 400, "description"),
        bad("PATCH", "TASK", "{\"description\":\"" + "y".repeat(4001) + "\"}", 400, "description"),
        bad("PATCH", "TASK", "{\"owner_id\":null}", 400, "owner_id"),
        bad("PATCH", "TASK", "{\"owner_id\":\" x\"}", 400, "owner_id"),
        bad("PATCH", "TASK", "{\"team_id\":\"no team\"}", 400, "team_id"),
        bad("PATCH", "TASK", "{\"team_id\":\"blue\"}", 403, "team_id"),
        bad("PATCH", "TASK", "{\"status\":\"completed\"}", 400, "status"),
        bad("PATCH", "TASK", "[]", 400, "body"),
        bad("PATCH", "TASK", "", 400, "body"),
        bad("PATCH", "TASK", "{}", 415, "", "Content-Type", "text/html"),
        bad("PATCH", "TASK", "{\"title\":\"a\"}", 412, "If-Match", "If-Match", "\"9\""),
        bad("PATCH", "TASK", "{\"title\":\"a\"}", 412, "If-Match", "If-Match", "W/\"1\""),
        bad("PATCH", "TASK", "{\"title\":\"a\"}", 400, "If-Match", "If-Match", "1"),
        bad("PATCH", "TASK", "{\"title\":\"a\"}", 400, "If-Match", "If-Match", "\"1"),
        bad("PATCH", "TASK", "{\"title\":\"a\"}", 400, "If-Match", "If-Match", ""),
        bad("POST", "TASK/share", "{}", 400, "user_id"),
        bad("POST", "TASK/share", "{\"user_id\":7}", 400, "user_id"),
        bad("POST", "TASK/share", "{\"user_id\":\"" + "u".repeat(201) + "\"}", 400, "user_id"),
        bad("POST", "TASK/share", "{\"user\":\"bob\"}", 400, "user"),
        bad("DELETE", "TASK/share/%0a", "", 400, "user"));
  }

  private static Stream<Bad> lists() {
    return Stream.of(
        get("/api/v1/tasks?limit=0", 400, "limit"),
        get("/api/v1/tasks?limit=201", 400, "limit"),
        get("/api/v1/tasks?limit=ten", 400, "limit"),
        get("/api/v1/tasks?limit=-1", 400, "limit"),
        get("/api/v1/tasks?limit=99999999999", 400, "limit"),
        get("/api/v1/tasks?limit=5&limit=6", 400, "limit"),
        get("/api/v1/tasks?cursor=", 400, "cursor"),
        get("/api/v1/tasks?cursor=abc", 400, "cursor"),
        get("/api/v1/tasks?cursor=!!!", 400, "cursor"),
        get("/api/v1/tasks?cursor=" + "_".repeat(32), 400, "cursor"),
        get("/api/v1/tasks?status=open", 400, "status"),
        get("/api/v1/tasks?owner=bob", 400, "owner"),
        get("/api/v1/tasks?shared=yes", 400, "shared"),
        get("/api/v1/tasks?owner=me&shared=true", 400, "shared"),
        get("/api/v1/tasks?team_id=a%20b", 400, "team_id"),
        get("/api/v1/tasks?page=2", 400, "page"),
        get("/api/v1/tasks?limit=%zz", 400, "limit"),
        get("/api/v1/tasks/%zz", 400, "path"),
        get("/api/v1/tasks/statistics?from=now", 400, "from"),
        get("/api/v1/teams?limit=x", 400, "limit"),
        get("/api/v1/teams?cursor=a%20b", 400, "cursor"));
  }

  private static Stream<Bad> preconditions() {
    return Stream.of(
        bad("GET", "TASK", "", 400, "If-None-Match", "If-None-Match", "1"),
        bad("DELETE", "TASK", "", 412, "If-Match", "If-Match", "\"0\""),
        bad("DELETE", "TASK", "", 400, "If-Match", "If-Match", "none"),
        bad("POST", "TASK/complete", "", 412, "If-Match", "If-Match", "\"2\""),
        bad("POST", "TASK/complete", "", 400, "Idempotency-Key", "Idempotency-Key", "\u00e9"),
        bad("GET", "TASK", "", 401, "", "Authorization", "Basic abc"),
        bad("GET", "TASK", "", 401, "", "Authorization", "Bearer "));
  }

  private static Stream<Bad> teams() {
    return Stream.of(
        bad("POST", "/api/v1/teams", "{}", 400, "name"),
        bad("POST", "/api/v1/teams", "{\"name\":\" \"}", 400, "name"),
        bad("POST", "/api/v1/teams", "{\"name\":3}", 400, "name"),
        bad("POST", "/api/v1/teams", "{\"name\":\"n\",\"id\":\"a/b\"}", 400, "id"),
        bad("POST", "/api/v1/teams", "{\"name\":\"n\",\"id\":\"theirs\"}", 403, "id"),
        bad("POST", "/api/v1/teams", "{\"name\":\"n\",\"members\":[]}", 400, "members"),
        bad("POST", "/api/v1/teams", "[]", 400, "body"),
        bad("POST", "TEAM/members", "{\"user_id\":null}", 400, "user_id"),
        bad("POST", "TEAM/members", "{\"user_id\":\"\"}", 400, "user_id"),
        bad("POST", "TEAM/members", "{\"user_id\":\"b\",\"role\":\"x\"}", 400, "role"),
        bad("POST", "/api/v1/teams/none/members", "{\"user_id\":\"b\"}", 404, ""),
        bad("DELETE", "/api/v1/teams/none/members/ann", "", 404, ""),
        bad("DELETE", "TEAM/members/%07", "", 400, "user"),
        get("/api/v1/teams/none", 404, ""),
        get("/api/v1/teams/a%20b", 400, "id"));
  }

  private static Stream<Bad> paths() {
    return Stream.of(
        get("/api/v1/tasks/" + OTHER, 404, ""),
        get("/api/v1/tasks/7", 400, "id"),
        get("/api/v1/tasks/1-1-1-1-1", 400, "id"),
        bad("PATCH", "/api/v1/tasks/" + OTHER, "{\"title\":\"a\"}", 404, ""),
        bad("DELETE", "/api/v1/tasks/" + OTHER, "", 404, ""),
        bad("POST", "/api/v1/tasks/" + OTHER + "/complete", "", 404, ""),
        bad("POST", "/api/v1/tasks/" + OTHER + "/share", "{\"user_id\":\"b\"}", 404, ""),
        bad("PUT", "TASK", "{}", 405, ""),
        bad("DELETE", "/api/v1/tasks", "", 405, ""),
        get("/api/v1/nothing", 404, ""));
  }

  private static Bad post(String body, int status, String field, String... headers) {
    return bad("POST", "/api/v1/tasks", body, status, field, headers);
  }

  private static Bad get(String path, int status, String field) {
    return bad("GET", path, "", status, field);
  }

  private static Bad bad(
      String method, String path, String body, int status, String field, String... headers) {
    return new Bad(method, path, body, headers, status, field);
  }
}
