package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.AuditedActs.Act;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.ApiDescription;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.WsClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every act is a row of the audit trail, in the transaction of the act. */
class AuditIT extends AccessCase {
  private static final String AUDIT = "/api/v1/admin/audit";
  private static final String VIEWER = Person.of("vera").with("viewer").token();
  private static final String WRITER = Person.of("service").with("ingest", "publish").token();

  /** What users do with what is theirs: guarded by ownership, not by a role. */
  private static final Set<String> OF_OWNERS =
      Set.of(
          "createTask",
          "updateTask",
          "deleteTask",
          "completeTask",
          "reopenTask",
          "shareTask",
          "withdrawTask",
          "addTaskComment",
          "deleteTaskComment");

  /** Measurements of pages, which change nothing. */
  private static final Set<String> OF_PAGES = Set.of("reportFreshness");

  /** By the signature of a link, without a user: AlertsIT. */
  private static final Set<String> OF_LINKS = Set.of("acknowledgeAlertByLink");

  @TempDir private Path boards;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Sql sql = new Sql(db.postgresUri());
  private Boardcast node;

  @Override
  BoardcastOptions options() {
    return super.options().set("audit-stream", "on");
  }

  @Override
  List<BoardModule> modules() {
    var modules = new ArrayList<>(Boards.BUILT_IN);
    modules.addAll(Boards.ofFiles(boards));
    return modules;
  }

  @BeforeEach
  void start() throws Exception {
    Files.writeString(boards.resolve("declared.yaml"), AuditedActs.DECLARED_BOARD);
    node = deploy();
  }

  @Test
  void everyActIsOneRowThatTellsWhoFromWhereWhatOnWhatAndItsOutcome() throws Exception {
    Boardcast other = deploy();
    String name = name(node);
    var acts = AuditedActs.on(things(other));
    for (Act act : acts) {
      HttpResponse<String> done = send(act, act.token(), act.operation());
      assertTrue(done.statusCode() < 300, act.operation() + ": " + done.body());
      assertEquals(act.operation(), done.headers().firstValue("X-Request-Id").orElseThrow());
      String target = act.target() == null ? created(act, done.body()) : act.target();
      String row =
          "%s|127.0.0.1|%s|%s|done|%s|1".formatted(act.actor(), act.action(), target, name);
      // The outcome of an act without a transaction follows its response.
      Awaitility.await().untilAsserted(() -> assertEquals(List.of(row), rowsOf(act.operation())));
    }
    var changing = new TreeSet<String>();
    for (var operation : new ApiDescription("openapi.yaml").operations()) {
      if (!operation.method().equals("GET")) changing.add(operation.name());
    }
    changing.removeAll(OF_OWNERS);
    changing.removeAll(OF_LINKS);
    changing.removeAll(OF_PAGES);
    var known = acts.stream().map(Act::operation).collect(Collectors.toCollection(TreeSet::new));
    assertEquals(changing, known, "operations that are neither acts nor of owners");
  }

  @Test
  void whatIsRefusedForAMissingRoleIsARow() throws Exception {
    for (Act act : AuditedActs.on(things(node))) {
      // Others see nothing of a team: 404.
      if (act.role().isEmpty() || act.action().startsWith("team.")) continue;
      assertEquals(403, send(act, act.tokenWithoutRole(), act.operation()).statusCode());
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertEquals(
                      List.of(act.actor() + "|" + act.action() + "|refused|403"),
                      sql.column(
                          "SELECT concat_ws('|', actor, action, outcome, status) FROM audit"
                              + " WHERE request_id = '%s'".formatted(act.operation()))));
    }
  }

  @Test
  void noActHappensWhoseRowCannotBeWritten() throws Exception {
    var things = things(node);
    WsClient session = socket(node, "agents", Person.of("ann").token());
    String id = session(session);
    sql.run("ALTER TABLE audit_act ADD CHECK (actor IS NULL) NOT VALID");
    sql.run("ALTER TABLE audit_write ADD CHECK (actor IS NULL) NOT VALID");
    // What made these things is published later.
    Awaitility.await().until(() -> sql.column("SELECT count(*) FROM outbox").equals(List.of("0")));
    List<String> before = counts();
    for (Act act : AuditedActs.on(things)) {
      int status = send(act, act.token(), act.operation()).statusCode();
      assertEquals(500, status, act.operation());
    }
    assertEquals(500, delete(node, SESSIONS + "/" + id, ADMIN).status());
    assertEquals(before, counts());
    assertFalse(session.isClosed());
    assertEquals("up", get(node, "/health/ready", null).json().path("status").asText());
  }

  @Test
  void aRequestOfManyFactsIsOneRowAndARefusedOneToo() throws Exception {
    String lines =
        IntStream.range(0, 5_000)
            .mapToObj(i -> AuditedActs.DECISION)
            .collect(Collectors.joining("\n"));
    for (String type : List.of("application/x-ndjson", "application/json")) {
      String body = type.endsWith("ndjson") ? lines : "[" + lines.replace("\n", ",") + "]";
      HttpResponse<String> done =
          client.send(
              request("/routing/decisions", WRITER, "many-" + type.length())
                  .header("Content-Type", type)
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(5_000, Json.MAPPER.readTree(done.body()).path("accepted").asInt(), done.body());
      assertEquals(1, rowsOf("many-" + type.length()).size());
    }
    assertEquals(List.of("2"), sql.column("SELECT count(*) FROM audit_write"));
    assertEquals(400, post(node, "/routing/decisions", WRITER, "{\"cost\":-1}").status());
    Awaitility.await()
        .untilAsserted(
            () ->
                assertEquals(
                    List.of("facts.added 400"),
                    sql.column(
                        "SELECT action || ' ' || status FROM audit WHERE outcome = 'refused'")));
  }

  @Test
  void whatAdminsDoToTasksIsARowAndWhatOwnersDoIsNot() throws Exception {
    String ann = Person.of("ann").token();
    String id = post(node, "/api/v1/tasks", ann, "{\"title\":\"t\"}").json().path("id").asText();
    String path = "/api/v1/tasks/" + id;
    assertEquals(200, send(node, "PATCH", path, ann, "{\"title\":\"u\"}").status());
    assertEquals(200, post(node, path + "/complete", ADMIN, "{}").status());
    String comments = path + "/comments";
    String text = "{\"text\":\"t\"}";
    assertEquals(201, post(node, comments, ADMIN, text).status());
    String comment = post(node, comments, ann, text).json().path("id").asText();
    assertEquals(204, delete(node, comments + "/" + comment, ann).status());
    assertEquals(204, delete(node, path, ADMIN).status());
    assertEquals(201, post(node, "/api/v1/tasks", ADMIN, "{\"title\":\"t\"}").status());
    assertEquals(
        List.of(
            "root task.changed " + id,
            "root task.commented " + id,
            "ann task.comment_deleted " + id + " comment:" + comment,
            "root task.deleted " + id,
            "root task.created "),
        sql.column("SELECT concat_ws(' ', actor, action, target) FROM audit ORDER BY at, id"));
  }

  @Test
  void failedLoginsAreRowsOfWhichThereIsALimitedNumber() throws Exception {
    WsClient socket = socket(node, "agents", "not.a.token");
    assertEquals(4401, socket.closeCode());
    assertEquals(401, stream(node, "agents", "not.a.token").status());
    for (int i = 0; i < 48; i++) assertEquals(401, get(node, "/api/v1/tasks", "x.y.z").status());
    await(node.close());
    var count = "SELECT count(*) FROM audit WHERE action = 'login.failed' AND count = 1";
    assertEquals(List.of("20"), sql.column(count));
    assertEquals(
        List.of("50"),
        sql.column("SELECT sum(count) FROM audit WHERE action = 'login.failed' AND actor IS NULL"));
    assertEquals(
        List.of("/api/v1/tasks 401", "sse 4401", "websocket 4401"),
        sql.column(
            "SELECT DISTINCT target || ' ' || status FROM audit WHERE address = '127.0.0.1' ORDER BY 1"));
  }

  @Test
  void viewersReadItFilteredAndInPages() throws Exception {
    for (String user : List.of("bob", "eve", "ann")) {
      post(node, REVOCATIONS, ADMIN, "{\"user\":\"%s\",\"reason\":\"r\"}".formatted(user));
    }
    post(node, "/routing/decisions", WRITER, AuditedActs.DECISION);
    assertEquals(403, get(node, AUDIT, WRITER).status());
    assertEquals(401, get(node, AUDIT, null).status());
    assertEquals(List.of("user:ann", "user:eve", "user:bob"), targets("?actor=root"));
    assertEquals(List.of("/routing/decisions"), targets("?action=facts.added&outcome=done"));
    assertEquals(List.of("user:eve"), targets("?target=user:eve"));
    assertEquals(List.of(), targets("?outcome=failed"));
    JsonNode eve = get(node, AUDIT + "?target=user:eve", VIEWER).json().at("/entries/0");
    String at = eve.path("at").asText();
    assertEquals(
        List.of("user:eve", "user:bob"), targets("?action=revocation.created&to=" + later(at)));
    assertTrue(targets("?from=" + at).contains("user:ann"));

    var seen = new ArrayList<String>();
    String next = "";
    do {
      JsonNode page = get(node, AUDIT + "?limit=1" + next, VIEWER).json();
      page.path("entries").forEach(row -> seen.add(row.path("target").asText()));
      next = "&after=" + page.path("next").asText();
    } while (!next.equals("&after=null"));
    assertEquals(List.of("/routing/decisions", "user:ann", "user:eve", "user:bob"), seen);

    for (String bad :
        List.of("user=a", "outcome=x", "from=x", "to=2026", "after=x", "limit=0", "format=xml")) {
      Answer refused = get(node, AUDIT + "?" + bad, VIEWER);
      assertEquals(400, refused.status(), bad);
      assertEquals(bad.split("=")[0], refused.fields());
    }
  }

  @Test
  void asCsvNoCellIsAFormula() throws Exception {
    String name = "=HYPERLINK(\"http://evil.test\",\"x\")";
    String body = "{\"user\":\"bob\",\"reason\":\"r\"}";
    assertEquals(403, post(node, REVOCATIONS, Person.of(name).token(), body).status());
    Awaitility.await().until(() -> targets("").size() == 1);
    HttpResponse<String> csv =
        client.send(
            request(AUDIT, VIEWER, "csv").header("Accept", "text/csv").build(),
            HttpResponse.BodyHandlers.ofString());
    assertEquals("text/csv; charset=utf-8", csv.headers().firstValue("Content-Type").orElse(""));
    String[] lines = csv.body().split("\r\n");
    assertEquals(2, lines.length, csv.body());
    assertTrue(lines[0].startsWith("at,id,actor,address"), lines[0]);
    assertTrue(
        lines[1].contains(",\"'=HYPERLINK(\"\"http://evil.test\"\",\"\"x\"\")\","), lines[1]);
    assertTrue(lines[1].contains(",revocation.created,,refused,403,"), lines[1]);
  }

  @Test
  void eachRowIsAnEventForViewersAndNobodyElse() throws Exception {
    WsClient viewer = socket(node, "audit", VIEWER);
    viewer.next("subscribed");
    WsClient ann = socket(node, "audit", Person.of("ann").token());
    assertEquals("forbidden", ann.next("error").path("code").asText());
    assertEquals(
        201, post(node, REVOCATIONS, ADMIN, "{\"user\":\"bob\",\"reason\":\"r\"}").status());
    JsonNode event = viewer.next("audit").path("data");
    assertEquals("root", event.path("actor").asText());
    assertEquals("revocation.created", event.path("action").asText());
    assertEquals("user:bob", event.path("target").asText());
    assertEquals("done", event.path("outcome").asText());
    JsonNode listed = get(node, AUDIT, VIEWER).json().at("/entries/0");
    for (Map.Entry<String, JsonNode> field : listed.properties()) {
      assertEquals(field.getValue(), event.path(field.getKey()), field.getKey());
    }
    String events = "/api/v1/streams/audit/events";
    assertEquals(200, get(node, events, VIEWER).status());
    assertEquals(403, get(node, events, Person.of("ann").token()).status());
    assertEquals(401, get(node, events, null).status());
    assertEquals(400, post(node, events, ADMIN, "{\"type\":\"audit\",\"data\":{}}").status());
  }

  private AuditedActs.Things things(Boardcast other) throws Exception {
    return new AuditedActs.Things(
        made("/api/v1/topics", "{\"name\":\"network\",\"description\":\"Wires\"}"),
        made("/api/v1/analysis/runs", AuditedActs.RUN),
        made(REVOCATIONS, "{\"user\":\"eve\",\"reason\":\"r\"}"),
        session(socket(node, "agents", Person.of("zoe").token())),
        team(),
        name(node),
        name(other),
        alerts(),
        made("/api/v1/annotations", "{\"at\":\"2026-01-01T00:00:00Z\",\"title\":\"t\"}"),
        message(),
        made("/api/v1/analysis/schedules", "{\"name\":\"s\",\"at\":\"08:00\",\"period\":\"day\"}"));
  }

  private String message() throws Exception {
    String insert =
        """
        INSERT INTO analysis_message (predicted_label, noise, at) VALUES ('a', false, now())
        RETURNING id""";
    return sql.column(insert).get(0);
  }

  /** An open alert of a rule whose value stays as it is, and a dead letter of another time. */
  private AuditedActs.AlertThings alerts() throws Exception {
    String alerts = "/api/v1/alerts";
    String hook = "{\"type\":\"webhook\",\"url\":\"https://192.0.2.1/\"}";
    var put = new Act("", "PUT", alerts + "/channels/ops", hook, "", "", "");
    assertEquals(200, send(put, ADMIN, "channel").statusCode());
    var other = new Act("", "PUT", alerts + "/channels/reports", hook, "", "", "");
    assertEquals(200, send(other, ADMIN, "other channel").statusCode());
    String report =
        made(
            "/api/v1/reports",
            """
            {"name":"weekly","board":"routing","at":"08:00","period":"week",\
            "channels":["reports"]}""");
    String rule =
        made(
            alerts + "/rules",
            """
            {"name":"open","board":"routing","metric":"total_decisions","condition":"below",\
            "bound":1000000,"for_seconds":0}""");
    String end = Instant.now().plusSeconds(3600).toString();
    String silence =
        made(alerts + "/silences", "{\"board\":\"routing\",\"ends_at\":\"%s\"}".formatted(end));
    String message = "0a7c6a52-5f0e-4d0b-9a39-6f1f2f4c7a10";
    sql.run(
        """
        INSERT INTO alert_delivery
          (id, channel, kind, group_key, transitions, state, created_at, due_at)
        VALUES ('%s', 'gone', 'test', '', '{}', 'dead', now(), now())"""
            .formatted(message));
    Awaitility.await()
        .until(() -> get(node, alerts + "?state=firing", ADMIN).json().at("/items/0").has("id"));
    String alert = get(node, alerts, ADMIN).json().at("/items/0/id").asText();
    return new AuditedActs.AlertThings(alert, rule, message, silence, report);
  }

  private String team() throws Exception {
    String team = made("/api/v1/teams", "{\"name\":\"red\"}");
    String path = "/api/v1/teams/" + team;
    for (String user : List.of("mate", "mia", AuditedActs.OWNER)) {
      String body = "{\"user_id\":\"%s\"}".formatted(user);
      assertEquals(201, post(node, path + "/members", ADMIN, body).status());
    }
    String owner = path + "/members/" + AuditedActs.OWNER;
    var promotion = new Act("", "PATCH", owner, "{\"role\":\"owner\"}", "", "", "");
    assertEquals(200, send(promotion, ADMIN, "promotion").statusCode());
    for (String user : AuditedActs.INVITED) {
      String body = "{\"user_id\":\"%s\"}".formatted(user);
      assertEquals(201, post(node, path + "/invitations", ADMIN, body).status());
    }
    return team;
  }

  private static String created(Act act, String body) throws Exception {
    String id = Json.MAPPER.readTree(body).path("id").asText();
    return act.action().startsWith("team.") ? "team:" + id : id;
  }

  private String made(String path, String body) throws Exception {
    return post(node, path, ADMIN, body).json().path("id").asText();
  }

  private String name(Boardcast of) throws Exception {
    return get(of, "/health/ready", null).json().at("/node/name").asText();
  }

  private List<String> targets(String query) throws Exception {
    var targets = new ArrayList<String>();
    get(node, AUDIT + query, VIEWER)
        .json()
        .path("entries")
        .forEach(row -> targets.add(row.path("target").asText()));
    return targets;
  }

  private static String later(String time) {
    return Instant.parse(time).plusMillis(1).toString();
  }

  private List<String> rowsOf(String request) throws Exception {
    return sql.column(
        """
        SELECT concat_ws('|', actor, address, action, target, outcome, node, count)
        FROM audit WHERE request_id = '%s'"""
            .formatted(request));
  }

  /** Rows of everything that acts change. */
  private List<String> counts() throws Exception {
    var counts = new ArrayList<String>();
    for (String table :
        List.of(
            "revocation WHERE lifted_at IS NULL",
            "board_recompute",
            "routing_decision",
            "analysis_message",
            "analysis_topic WHERE description <> 'other'",
            "analysis_run WHERE closed_at IS NULL",
            "analysis_feedback",
            "analysis_correction",
            "analysis_schedule",
            "platform_transaction",
            "platform_view",
            "platform_activity",
            "published_event",
            "declared_fact",
            "alert_rule",
            "alert_channel",
            "alert_silence",
            "alert_delivery WHERE state = 'dead'",
            "alert_state WHERE acknowledged_at IS NULL",
            "team",
            "team_member WHERE removed_at IS NULL",
            "event_log")) {
      counts.add(table + " " + sql.column("SELECT count(*) FROM " + table));
    }
    return counts;
  }

  private HttpResponse<String> send(Act act, String token, String requestId) throws Exception {
    var request = request(act.path(), token, requestId);
    if (act.body() == null) request.method(act.method(), HttpRequest.BodyPublishers.noBody());
    else {
      request.header("Content-Type", "application/json");
      request.method(act.method(), HttpRequest.BodyPublishers.ofString(act.body()));
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path, String token, String requestId) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
        .header("Authorization", "Bearer " + token)
        .header("X-Request-Id", requestId);
  }
}
