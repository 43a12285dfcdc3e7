package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Person;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A team with two tasks, and one user for each column of the tables of {@code TEAMS.md}; made by
 * requests. The second task may only be read by the team. Others, who are no column, are changed by
 * acts: the member mate, the owner olaf, sid with whom the tasks are shared, ira who is invited.
 */
final class TeamScene {
  static final Map<String, String> USERS =
      Map.ofEntries(
          Map.entry("another user", "una"),
          Map.entry("viewer", "vic"),
          Map.entry("task owner", "ann"),
          Map.entry("shared, read", "rea"),
          Map.entry("shared, edit", "edi"),
          Map.entry("member, read", "mir"),
          Map.entry("member, edit", "mia"),
          Map.entry("member by token", "tom"),
          Map.entry("invited", "ivy"),
          Map.entry("team owner", "olga"),
          Map.entry("admin", "root"));
  static final String ANONYMOUS = "anonymous";

  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static final Map<String, String> TOKENS = new HashMap<>();

  // The user in the path, and the body, of acts that have one.
  private static final Map<String, String> TARGETS =
      Map.of(
          "remove a member", "mate",
          "remove an owner", "olaf",
          "make a member an owner", "mate",
          "make an owner a member", "olaf",
          "withdraw an invitation", "ira",
          "withdraw it from a user", "sid");
  private static final Map<String, String> BODIES =
      Map.ofEntries(
          Map.entry("create a team", "{\"name\":\"new\"}"),
          Map.entry("rename it", "{\"name\":\"renamed\"}"),
          Map.entry("add a member", "{\"user_id\":\"zoe\"}"),
          Map.entry("make a member an owner", "{\"role\":\"owner\"}"),
          Map.entry("make an owner a member", "{\"role\":\"member\"}"),
          Map.entry("hand it over", "{\"user_id\":\"mate\"}"),
          Map.entry("invite a user", "{\"user_id\":\"zed\"}"),
          Map.entry("create a task in the team", "{\"title\":\"new\",\"team_id\":\"{team}\"}"),
          Map.entry("edit its texts", "{\"title\":\"other\",\"description\":\"d\"}"),
          Map.entry("assign it", "{\"assignee\":\"ann\"}"),
          Map.entry("comment on it", "{\"text\":\"well\"}"),
          Map.entry("set the level of its team", "{\"team_access\":\"{other level}\"}"),
          Map.entry("move it out of the team", "{\"team_id\":null}"),
          Map.entry("hand the task over", "{\"owner_id\":\"zoe\"}"),
          Map.entry("share it with a user", "{\"user_id\":\"zoe\",\"access\":\"read\"}"),
          Map.entry("change the level of a user", "{\"user_id\":\"sid\",\"access\":\"read\"}"));

  final String team;
  final String task;
  final String readTask;
  private final Map<String, String> comments = new HashMap<>();
  private final Set<String> teamReads = new HashSet<>();
  // Issued before any removal, which it does not outweigh.
  private final String memberByToken;
  private String lastRequest;
  private final WebClient client;
  private final int port;

  /** An act of the table of rights, by its name and its request. */
  record Act(String name, String method, String path, String audit) {
    static Act of(Map<String, String> row) {
      String[] request = row.get("request").split(" ");
      return new Act(row.get("act"), request[0], "/api/v1" + request[1], row.get("audit"));
    }

    /** The user whom the act of a column's caller concerns, by the path or the body; or empty. */
    String user(String column) {
      if (path.contains("{self}")) return USERS.get(column);
      String body = BODIES.getOrDefault(name, "");
      if (!path.contains("{user}") && !body.contains("user_id")) return "";
      return TARGETS.getOrDefault(name, body.replaceAll(".*user_id\":\"(\\w+).*", "$1"));
    }

    boolean isOnTask() {
      return path.contains("{task}");
    }
  }

  /** The id of the team that the scene of this number has: tokens must name it before. */
  static String teamOf(int number) {
    return "t" + number;
  }

  static int next() {
    return NUMBERS.getAndIncrement();
  }

  TeamScene(WebClient client, int port) {
    this(client, port, next());
  }

  TeamScene(WebClient client, int port, int number) {
    this.client = client;
    this.port = port;
    this.team = teamOf(number);
    this.memberByToken = Person.of("tom", team).token();
    String founder = Person.of("olga", team).token();
    require(send("POST", "/api/v1/teams", founder, "{\"id\":\"" + team + "\",\"name\":\"Reds\"}"));
    String members = "/api/v1/teams/" + team + "/members";
    String invitations = "/api/v1/teams/" + team + "/invitations";
    var made = new ArrayList<Future<HttpResponse<Buffer>>>();
    for (String user : List.of("mir", "mia", "mate", "olaf")) {
      made.add(send("POST", members, token("team owner"), "{\"user_id\":\"" + user + "\"}"));
    }
    for (String user : List.of("ivy", "ira")) {
      made.add(send("POST", invitations, token("team owner"), "{\"user_id\":\"" + user + "\"}"));
    }
    var task = send("POST", "/api/v1/tasks", token("admin"), draft("edit"));
    var readTask = send("POST", "/api/v1/tasks", token("admin"), draft("read"));
    this.task = id(require(task));
    this.readTask = id(require(readTask));
    teamReads.add(this.readTask);
    made.forEach(TeamScene::require);
    made.clear();
    made.add(send("PATCH", members + "/olaf", token("team owner"), "{\"role\":\"owner\"}"));
    for (String id : List.of(this.task, this.readTask)) {
      String share = "/api/v1/tasks/" + id + "/share";
      String said = "/api/v1/tasks/" + id + "/comments";
      comments.put(id, id(require(send("POST", said, token("admin"), "{\"text\":\"t\"}"))));
      made.add(send("POST", share, token("task owner"), "{\"user_id\":\"edi\"}"));
      made.add(send("POST", share, token("task owner"), "{\"user_id\":\"sid\"}"));
      made.add(
          send("POST", share, token("task owner"), "{\"user_id\":\"rea\",\"access\":\"read\"}"));
    }
    made.forEach(TeamScene::require);
  }

  private String draft(String level) {
    return "{\"title\":\"t\",\"owner_id\":\"ann\",\"team_id\":\"%s\",\"team_access\":\"%s\"}"
        .formatted(team, level);
  }

  /** The task that the cells of a column are about. */
  String taskOf(String column) {
    return column.equals("member, read") ? readTask : task;
  }

  /** Sends the request of an act as the caller of a column; on that column's task. */
  Future<HttpResponse<Buffer>> act(Act act, String column) {
    return act(act, column, taskOf(column));
  }

  Future<HttpResponse<Buffer>> act(Act act, String column, String onTask) {
    String path =
        act.path()
            .replace("{team}", team)
            .replace("{task}", onTask)
            .replace("{comment}", comments.getOrDefault(onTask, ""))
            .replace("{self}", USERS.getOrDefault(column, "anyone"))
            .replace("{user}", TARGETS.getOrDefault(act.name(), "{user}"));
    String body = BODIES.getOrDefault(act.name(), "");
    if (act.method().equals("GET") || act.method().equals("DELETE")) body = "";
    return send(
        act.method(),
        path,
        token(column),
        body.replace("{team}", team)
            .replace("{other level}", teamReads.contains(onTask) ? "edit" : "read"));
  }

  /** Makes a change of the table of changes, which concerns the caller of a column. */
  void change(String change, String column) {
    String user = USERS.get(column);
    String members = "/api/v1/teams/" + team + "/members";
    String ofTask = "/api/v1/tasks/" + taskOf(column);
    String invitation = "/api/v1/invitations/" + team;
    String named = "{\"user_id\":\"" + user + "\"";
    var done =
        switch (change) {
          case "is added to the team" -> send("POST", members, token("team owner"), named + "}");
          case "is removed from the team" ->
              send("DELETE", members + "/" + user, token("team owner"), "");
          case "leaves the team" -> send("DELETE", members + "/" + user, token(column), "");
          case "becomes an owner" ->
              send("PATCH", members + "/" + user, token("admin"), "{\"role\":\"owner\"}");
          case "becomes a member" ->
              send("PATCH", members + "/" + user, token("admin"), "{\"role\":\"member\"}");
          case "hands the team over" ->
              send(
                  "POST",
                  "/api/v1/teams/" + team + "/hand-over",
                  token(column),
                  "{\"user_id\":\"mir\"}");
          case "accepts" -> send("POST", invitation + "/accept", token(column), "");
          case "declines" -> send("DELETE", invitation, token(column), "");
          case "the invitation is withdrawn" ->
              send(
                  "DELETE",
                  "/api/v1/teams/" + team + "/invitations/" + user,
                  token("team owner"),
                  "");
          case "the team is deleted" ->
              send("DELETE", "/api/v1/teams/" + team, token("team owner"), "");
          case "the task is shared to edit", "the level is raised" ->
              send("POST", ofTask + "/share", token("admin"), named + ",\"access\":\"edit\"}");
          case "the level is lowered" ->
              send("POST", ofTask + "/share", token("admin"), named + ",\"access\":\"read\"}");
          case "sharing is withdrawn" ->
              send("DELETE", ofTask + "/share/" + user, token("task owner"), "");
          case "the level of the team is lowered" ->
              send("PATCH", ofTask, token("task owner"), "{\"team_access\":\"read\"}");
          case "the level of the team is raised" ->
              send("PATCH", ofTask, token("task owner"), "{\"team_access\":\"edit\"}");
          case "the task is handed over" ->
              send("PATCH", ofTask, token("task owner"), "{\"owner_id\":\"zoe\"}");
          default -> throw new AssertionError("no such change: " + change);
        };
    require(done);
    if (change.equals("the level of the team is lowered")) teamReads.add(taskOf(column));
    if (change.equals("the level of the team is raised")) teamReads.remove(taskOf(column));
  }

  Future<HttpResponse<Buffer>> send(String method, String path, String token, String body) {
    var request = client.request(HttpMethod.valueOf(method), port, "127.0.0.1", path);
    lastRequest = UUID.randomUUID().toString();
    request.putHeader("X-Request-Id", lastRequest);
    if (token != null) request.bearerTokenAuthentication(token);
    if (body.isEmpty()) return request.send();
    return request.putHeader("Content-Type", "application/json").sendBuffer(Buffer.buffer(body));
  }

  /** The id of the last request. */
  String lastRequest() {
    return lastRequest;
  }

  /** The token of a column's caller; null for an anonymous one. */
  String token(String column) {
    if (column.equals(ANONYMOUS)) return null;
    if (column.equals("member by token")) return memberByToken;
    return TOKENS.computeIfAbsent(column, TeamScene::lasting);
  }

  private static String lasting(String column) {
    Set<String> roles =
        switch (column) {
          case "viewer" -> Set.of("viewer");
          case "admin" -> Set.of("admin");
          default -> Set.of();
        };
    return new Person(USERS.get(column), Set.of(), roles).token();
  }

  static HttpResponse<Buffer> require(Future<HttpResponse<Buffer>> sent) {
    var answer = await(sent);
    assertTrue(answer.statusCode() < 300, () -> answer.statusCode() + " " + answer.bodyAsString());
    return answer;
  }

  static JsonNode json(HttpResponse<Buffer> answer) {
    try {
      return Json.MAPPER.readTree(answer.bodyAsString());
    } catch (Exception none) {
      throw new AssertionError("no JSON: " + answer.bodyAsString(), none);
    }
  }

  private static String id(HttpResponse<Buffer> answer) {
    return json(answer).get("id").asText();
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(30, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("not within 30 s", late);
    }
  }
}
