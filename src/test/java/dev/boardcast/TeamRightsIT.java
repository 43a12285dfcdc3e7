package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.TeamScene.Act;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Pools;
import dev.boardcast.testing.ApiDescription;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.RightsTables;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.sqlclient.Pool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A node does what the tables of {@code TEAMS.md} say: every cell over HTTP, every event over a
 * WebSocket, and both after each change of rights.
 */
@Timeout(120)
class TeamRightsIT {
  private static final List<Map<String, String>> RIGHTS = RightsTables.read("rights");
  private static final List<Map<String, String>> EVENTS = RightsTables.read("events");
  private static final List<Map<String, String>> CHANGES = RightsTables.read("changes");

  /** Acts after which a scene is another: they change the rights of columns, or what acts need. */
  private static final Set<String> ENDING =
      Set.of(
          "remove a member",
          "remove an owner",
          "leave",
          "make a member an owner",
          "make an owner a member",
          "hand it over",
          "delete it",
          "withdraw an invitation",
          "accept an invitation",
          "decline an invitation",
          "set the level of its team",
          "move it out of the team",
          "hand the task over",
          "withdraw it from a user",
          "withdraw it from oneself",
          "delete another's comment",
          "delete the task");

  private static final Map<String, Act> ACTS = new LinkedHashMap<>();
  private static final List<String> COLUMNS = new ArrayList<>();

  private static final Vertx VERTX = Vertx.vertx();
  private static final WebClient WEB = WebClient.create(VERTX);
  private static final DatabaseConfig DB = Services.get().freshDatabase();
  private static final Pool POOL = Pools.pool(VERTX, DB, "test", 2);
  private static Boardcast node;

  static {
    for (var row : RIGHTS) ACTS.put(row.get("act"), Act.of(row));
    COLUMNS.addAll(RIGHTS.get(0).keySet());
    COLUMNS.removeAll(List.of("act", "request", "audit"));
  }

  @BeforeAll
  static void start() {
    node = TeamScene.await(Boardcast.deploy(VERTX, TestOptions.local(DB), Boards.BUILT_IN));
  }

  /** Every scene invites the same users, of whom each has at most 100 open invitations. */
  @BeforeEach
  void noInvitations() {
    column("DELETE FROM team_invitation");
  }

  @AfterAll
  static void stop() {
    if (node != null) TeamScene.await(node.close());
    TeamScene.await(VERTX.close());
  }

  static List<Map<String, String>> rights() {
    return RIGHTS;
  }

  static List<Map<String, String>> changes() {
    return CHANGES;
  }

  @Test
  void theTablesNameEveryCallerAndEveryWriteOfTeamsAndTasks() {
    var callers = new LinkedHashSet<>(TeamScene.USERS.keySet());
    callers.add(TeamScene.ANONYMOUS);
    assertEquals(callers, new LinkedHashSet<>(COLUMNS));
    for (var row : EVENTS) assertTrue(ACTS.containsKey(row.get("act")), row::toString);
    var api = new ApiDescription("openapi.yaml");
    var left = new LinkedHashSet<String>();
    for (var operation : api.operations()) {
      if (operation.path().matches("/api/v1/(teams|tasks|invitations)(/.*)?")) {
        left.add(operation.name());
      }
    }
    // Those that show a caller what is the caller's own.
    left.removeAll(Set.of("listTeams", "listTasks", "taskStatistics", "listInvitations"));
    for (Act act : ACTS.values()) {
      String path = act.path().replaceAll("[{}]", "");
      api.find(act.method(), path).ifPresent(operation -> left.remove(operation.name()));
    }
    assertEquals(Set.of(), left, "operations that are no act");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rights")
  void everyCellOfAnActIsAnsweredAsTheTableHasIt(Map<String, String> row) {
    Act act = ACTS.get(row.get("act"));
    TeamScene shared = scene();
    for (String column : COLUMNS) {
      boolean isAllowed = row.get(column).equals("yes");
      TeamScene scene = isAllowed && ENDING.contains(act.name()) ? scene() : shared;
      if (isAllowed) assertAllowed(scene, act, column);
      else assertRefused(scene, act, column, row.get(column));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void afterAChangeEveryCellIsThatOfTheNewRights(Map<String, String> change) {
    String column = change.get("of");
    TeamScene shared = changed(change);
    for (var row : RIGHTS) {
      Act act = ACTS.get(row.get("act"));
      String expected = row.get(change.get("then"));
      boolean isAllowed = expected.equals("yes");
      TeamScene scene = isAllowed && ENDING.contains(act.name()) ? changed(change) : shared;
      if (isAllowed) assertAllowed(scene, act, column);
      else assertRefused(scene, act, column, expected);
    }
  }

  @Test
  void everyEventOfAnActReachesThoseWhomTheTableNames() {
    int first = IntStream.range(0, EVENTS.size()).map(i -> TeamScene.next()).min().orElseThrow();
    try (var audience = new Audience(first, EVENTS.size())) {
      Map<Map<String, String>, TeamScene> scenes = new LinkedHashMap<>();
      for (int i = 0; i < EVENTS.size(); i++) {
        scenes.put(EVENTS.get(i), new TeamScene(WEB, node.httpPort(), first + i));
      }
      audience.receive();
      Map<Map<String, String>, Set<String>> subjects = new LinkedHashMap<>();
      scenes.forEach((row, scene) -> subjects.put(row, perform(row, scene)));

      var received = audience.receive();

      subjects.forEach(
          (row, ids) -> {
            for (String column : TeamScene.USERS.keySet()) {
              for (String id : ids) {
                String events = String.join(" ", received.get(column).getOrDefault(id, List.of()));
                assertEquals(row.get(column), events, row.get("act") + " to " + column);
              }
            }
          });
      assertEquals(List.of(), audience.anonymous(), "events without a token");
    }
  }

  @Test
  void afterAChangeEveryEventReachesThoseWithTheNewRights() {
    int first = IntStream.range(0, CHANGES.size()).map(i -> TeamScene.next()).min().orElseThrow();
    try (var audience = new Audience(first, CHANGES.size())) {
      var scenes = new ArrayList<TeamScene>();
      for (int i = 0; i < CHANGES.size(); i++) {
        scenes.add(new TeamScene(WEB, node.httpPort(), first + i));
      }
      audience.receive();
      for (int i = 0; i < CHANGES.size(); i++) {
        scenes.get(i).change(CHANGES.get(i).get("change"), CHANGES.get(i).get("of"));
      }
      audience.receive();
      Map<String, String> texts = events("edit its texts");
      Map<String, String> name = events("rename it");
      for (int i = 0; i < CHANGES.size(); i++) {
        TeamScene scene = scenes.get(i);
        String task = scene.taskOf(CHANGES.get(i).get("of"));
        TeamScene.require(scene.act(ACTS.get("edit its texts"), "admin", task));
        if (!CHANGES.get(i).get("change").equals("the team is deleted")) {
          TeamScene.require(scene.act(ACTS.get("rename it"), "admin"));
        }
      }

      var received = audience.receive();

      for (int i = 0; i < CHANGES.size(); i++) {
        Map<String, String> change = CHANGES.get(i);
        TeamScene scene = scenes.get(i);
        var ofUser = received.get(change.get("of"));
        String then = change.get("then");
        String task = scene.taskOf(change.get("of"));
        assertEquals(texts.get(then), one(ofUser, task), () -> "the task's events: " + change);
        assertEquals(name.get(then), one(ofUser, scene.team), () -> "the team's: " + change);
      }
    }
  }

  private static String one(Map<String, List<String>> received, String id) {
    return String.join(" ", received.getOrDefault(id, List.of()));
  }

  private static Map<String, String> events(String act) {
    return EVENTS.stream().filter(row -> row.get("act").equals(act)).findFirst().orElseThrow();
  }

  /** Performs an act as the caller of its row, on both tasks; returns the ids it concerns. */
  private static Set<String> perform(Map<String, String> row, TeamScene scene) {
    Act act = ACTS.get(row.get("act"));
    String by = row.get("by");
    if (act.isOnTask()) {
      for (String task : List.of(scene.task, scene.readTask)) {
        // Of a task that the team may only read, the owner edits the texts.
        String caller = by.equals("member, edit") && task.equals(scene.readTask) ? "admin" : by;
        TeamScene.require(scene.act(act, caller, task));
      }
      return Set.of(scene.task, scene.readTask);
    }
    var answer = TeamScene.require(scene.act(act, by));
    boolean isCreated = act.path().endsWith("/tasks") || act.path().endsWith("/teams");
    return Set.of(isCreated ? TeamScene.json(answer).get("id").asText() : scene.team);
  }

  private static void assertAllowed(TeamScene scene, Act act, String column) {
    var answer = TeamScene.await(scene.act(act, column));
    assertTrue(
        answer.statusCode() < 300,
        () -> act.name() + " by " + column + ": " + answer.statusCode() + answer.bodyAsString());
    if (!act.method().equals("GET")) assertRecorded(scene, act, column);
    if (act.name().equals("see the task") && !column.equals("admin")) {
      assertTrue(listed(scene, "/api/v1/tasks", column).contains(scene.taskOf(column)), column);
    }
    if (act.name().equals("see the team") && !column.equals("admin")) {
      assertTrue(listed(scene, "/api/v1/teams", column).contains(scene.team), column);
    }
  }

  /** The act is in the audit trail as the table has it, with its caller and what it concerns. */
  private static void assertRecorded(TeamScene scene, Act act, String column) {
    String what = act.name() + " by " + column;
    List<String> rows =
        column(
            "SELECT concat_ws('|', actor, action, outcome, target) FROM audit WHERE request_id = '%s'"
                .formatted(scene.lastRequest()));
    boolean isOfAdmins = act.audit().startsWith("(");
    assertEquals(isOfAdmins && !column.equals("admin") ? 0 : 1, rows.size(), what);
    for (String row : rows) {
      String[] cells = row.split("\\|", -1);
      assertEquals(TeamScene.USERS.get(column), cells[0], what);
      assertEquals(act.audit().replaceAll("[()]", ""), cells[1], what);
      assertEquals("done", cells[2], what);
      String user = act.user(column);
      if (!act.path().contains("{")) continue;
      String on = act.isOnTask() ? scene.taskOf(column) : "team:" + scene.team;
      String target = user.isEmpty() ? on : on + " user:" + user;
      assertTrue(cells[3].equals(target) || cells[3].startsWith(target + " "), what + cells[3]);
    }
  }

  private static void assertRefused(TeamScene scene, Act act, String column, String status) {
    String before = contents(scene);
    HttpResponse<Buffer> answer = TeamScene.await(scene.act(act, column));
    String what = act.name() + " by " + column + ": " + answer.bodyAsString();
    assertEquals(status, Integer.toString(answer.statusCode()), what);
    assertEquals("application/problem+json", answer.getHeader("Content-Type"), what);
    assertEquals(before, contents(scene), what);
    if (act.name().equals("see the task") && !column.equals(TeamScene.ANONYMOUS)) {
      assertFalse(listed(scene, "/api/v1/tasks", column).contains(scene.taskOf(column)), what);
    }
    if (act.name().equals("see the team") && !column.equals(TeamScene.ANONYMOUS)) {
      assertFalse(listed(scene, "/api/v1/teams", column).contains(scene.team), what);
    }
  }

  /** The ids in a list, of which the newest or the first 200 are enough for one scene. */
  private static List<String> listed(TeamScene scene, String path, String column) {
    String ofTeam = path.endsWith("tasks") ? "&team_id=" + scene.team : "";
    String token = scene.token(column);
    var ids = new ArrayList<String>();
    String cursor = "";
    while (cursor != null) {
      JsonNode page =
          TeamScene.json(
              TeamScene.require(
                  scene.send("GET", path + "?limit=200" + ofTeam + cursor, token, "")));
      ids.addAll(page.get("items").findValuesAsText("id"));
      cursor = page.get("next").isNull() ? null : "&cursor=" + page.get("next").asText();
    }
    return ids;
  }

  private static String contents(TeamScene scene) {
    return column(
            """
            SELECT md5(concat(
              (SELECT string_agg(t::text, ',' ORDER BY id) FROM task t WHERE id IN ('%2$s', '%3$s')),
              (SELECT string_agg(c::text, ',' ORDER BY id) FROM task_comment c WHERE task_id IN ('%2$s', '%3$s')),
              (SELECT string_agg(t::text, ',' ORDER BY id) FROM team t WHERE id = '%1$s'),
              (SELECT string_agg(m::text, ',' ORDER BY user_id) FROM team_member m WHERE team_id = '%1$s'),
              (SELECT string_agg(i::text, ',' ORDER BY user_id) FROM team_invitation i WHERE team_id = '%1$s'),
              (SELECT count(*) FROM task)))"""
                .formatted(scene.team, scene.task, scene.readTask))
        .get(0);
  }

  /** The first column of a query's rows. */
  private static List<String> column(String query) {
    var values = new ArrayList<String>();
    TeamScene.await(POOL.query(query).execute()).forEach(row -> values.add(row.getString(0)));
    return values;
  }

  private static TeamScene scene() {
    return new TeamScene(WEB, node.httpPort());
  }

  private static TeamScene changed(Map<String, String> change) {
    TeamScene scene = scene();
    scene.change(change.get("change"), change.get("of"));
    return scene;
  }

  /** One session per column, which follows all its events. */
  private static final class Audience implements AutoCloseable {
    private final Map<String, WsClient> clients = new HashMap<>();
    private final WsClient anonymous;
    private int sentinels;

    /**
     * @param first the number of the first scene; the member by token belongs to the teams of all
     */
    Audience(int first, int scenes) {
      String[] teams =
          IntStream.range(first, first + scenes).mapToObj(TeamScene::teamOf).toArray(String[]::new);
      TeamScene.USERS.forEach(
          (column, user) -> {
            var person =
                column.equals("member by token") ? Person.of(user, teams) : Person.of(user);
            clients.put(column, connect(column.equals("admin") ? person.with("admin") : person));
          });
      clients.values().forEach(client -> client.next("subscribed"));
      anonymous = WsClient.connect(VERTX, uri());
      assertEquals("not_authenticated", anonymous.next("error").get("code").asText());
    }

    private static WsClient connect(Person person) {
      return WsClient.connect(
          VERTX, uri(), Map.of("Authorization", "Bearer " + person.token()), List.of());
    }

    private static String uri() {
      return "ws://127.0.0.1:" + node.httpPort() + "/ws?topics=tasks";
    }

    /**
     * What each column has received since the last call, by task, or else by team. An event of each
     * user's own ends it: it is the last of the log.
     */
    Map<String, Map<String, List<String>>> receive() {
      String end = "end " + sentinels++;
      TeamScene.USERS.forEach(
          (column, user) ->
              TeamScene.require(
                  WEB.post(node.httpPort(), "127.0.0.1", "/api/v1/tasks")
                      .bearerTokenAuthentication(Person.of(user).token())
                      .putHeader("Content-Type", "application/json")
                      .sendBuffer(Buffer.buffer("{\"title\":\"" + end + "\"}"))));
      Map<String, Map<String, List<String>>> all = new HashMap<>();
      clients.forEach(
          (column, client) -> {
            Map<String, List<String>> own = new HashMap<>();
            var frames = client.takeUntil(frame -> frame.at("/data/title").asText().equals(end));
            for (JsonNode frame : frames.subList(0, frames.size() - 1)) {
              JsonNode data = frame.path("data");
              String id = data.path(data.has("task_id") ? "task_id" : "team_id").asText();
              own.computeIfAbsent(id, none -> new ArrayList<>()).add(WsClient.type(frame));
            }
            all.put(column, own);
          });
      return all;
    }

    List<JsonNode> anonymous() {
      return anonymous.settle();
    }

    @Override
    public void close() {
      clients.values().forEach(WsClient::close);
      anonymous.close();
    }
  }
}
