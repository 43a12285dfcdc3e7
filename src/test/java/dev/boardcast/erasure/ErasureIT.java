package dev.boardcast.erasure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.auth.revocation.UserDigest;
import dev.boardcast.erasure.ColumnRules.Rule;
import dev.boardcast.testing.DecisionStream;
import dev.boardcast.testing.MixedLoad;
import dev.boardcast.testing.Person;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A user is erased from a database in which every column that may name a user does so. */
@Timeout(240)
class ErasureIT extends ErasureFixture {
  private static final String NAME = "mara.quill@example.org";
  private static final Person MARA = Person.of(NAME, "red").with("ingest", "publish", "admin");
  // Names that contain hers, or are contained in it.
  private static final List<String> OTHERS = List.of("mara", "mara.quill@example.org.uk", "zoe");

  /** Tables that change by themselves, or with the erasure itself. */
  private static final Set<String> MOVING =
      Set.of(
          "lease",
          "node_heartbeat",
          "board_state",
          "board_part",
          "board_audit",
          "board_part_use",
          "erasure",
          "audit_act",
          "audit_write",
          "board_recompute",
          "revocation",
          "revocation_version",
          "event_part",
          "board_history_part",
          "alert_state",
          "outbox",
          "event_shard");

  @Test
  void nothingNamesTheUserAfterwardsAndAllElseIsAsBefore() throws Exception {
    writeFacts();
    writeRows();
    awaitFolded("routing_usage", "platform_presence", "platform_content_day");
    assertEquals(Set.of(), columnsWithoutTheUser());
    Map<String, JsonNode> numbers = numbers();
    var before = dump();
    assertTrue(names(redis(), NAME));
    sql.run("ANALYZE");

    JsonNode listed = erase(NAME, "\"dry_run\":true");
    assertTrue(listed.path("rows").path("task").asLong() >= 2, listed.toString());
    assertNotEquals(List.of(), occurrences(NAME));

    JsonNode receipt = erase(NAME, "\"dry_run\":false");

    assertEquals(List.of(), occurrences(NAME));
    assertFalse(names(redis(), NAME), redis());
    assertFalse(receipt.toString().contains(NAME), receipt.toString());
    assertTrue(receipt.path("error").isMissingNode(), receipt.toString());
    assertEquals(
        UserDigest.of(receipt.path("salt").asText(), NAME).hash(),
        receipt.path("user_digest").asText());
    assertTrue(receipt.path("rows").path("routing_decision").asLong() > 0, receipt.toString());
    assertSame(before, dump());
    assertEquals(renamed(numbers), renamed(numbers()));
    assertNoDrift();
  }

  @Test
  void writersOfOthersGoOnMeanwhileAndNoNumberIsWrong(@TempDir Path directory) throws Exception {
    writeFacts();
    sql.run(
        """
        INSERT INTO routing_decision (strategy, provider, cost, decided_at, user_id, api_key, tags)
        SELECT 's', 'p', 0.5, now(), u, u, '["' || u || '"]'
        FROM generate_series(1, 5000), unnest(ARRAY['zoe', '%s']) AS u"""
            .formatted(NAME));
    awaitFolded("routing_usage", "platform_presence");
    try (var decisions = new DecisionStream(List.of(uri("/")));
        var all = new MixedLoad(vertx, uri("/"), directory)) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> decisions.acknowledged() > 30 && all.rounds() > 0);
      JsonNode receipt = erase(NAME, "\"texts\":true");
      assertTrue(receipt.path("error").isMissingNode(), receipt.toString());
      int sent = decisions.acknowledged();
      int rounds = all.rounds();
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> decisions.acknowledged() > sent + 30 && all.rounds() > rounds);
      decisions.end();
    }
    assertEquals(List.of(), sql.column("SELECT board FROM board_audit WHERE wrong_rows > 0"));
    assertEquals(List.of(), occurrences(NAME));
    assertFalse(names(redis(), NAME), redis());
    Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(this::assertRecounted);
    assertEquals(
        List.of("2501.5"),
        sql.column(
            "SELECT cost_sum FROM routing_usage WHERE dimension = 'user' AND name = 'zoe'"
                + " AND bucket = '-infinity'"));
    assertNoDrift();
  }

  /** Numbers are those of the facts. */
  private void assertRecounted() throws Exception {
    assertEquals(
        sql.column("SELECT count(*) FROM routing_decision").get(0),
        get("/routing/metrics").path("total_decisions").asText());
    JsonNode platform = get("/api/v1/analytics/realtime-metrics");
    assertEquals(
        sql.column("SELECT count(*) FROM platform_transaction").get(0),
        platform.at("/transactions/total").asText());
    assertEquals(
        sql.column("SELECT count(*) FROM platform_view").get(0),
        platform.at("/content/totalViews").asText());
    assertEquals(
        sql.column(
                """
                SELECT count(DISTINCT user_id) FROM (
                  SELECT user_id, at FROM platform_activity
                  UNION ALL SELECT user_id, at FROM platform_view
                  UNION ALL SELECT user_id, occurred_at FROM platform_transaction) AS seen (user_id, at)
                WHERE at >= date_trunc('day', now(), 'UTC') AND at <= now()""")
            .get(0),
        platform.at("/activeUsers/today").asText());
  }

  @Test
  void withoutTextsOnlyWholeValuesAreReplaced() throws Exception {
    post(MARA, "/api/v1/tasks", "{\"title\":\"call " + NAME + "\"}");
    // The user as a tag and a key of others: only rows of these dimensions name the user.
    String tagged = "{\"strategy\":\"s\",\"provider\":\"p\",\"cost\":1,\"user\":\"zoe\",";
    post(
        BOSS,
        "/routing/decisions",
        tagged + "\"key\":\"" + NAME + "\",\"tags\":[\"" + NAME + "\"]}");
    awaitFolded("routing_usage");
    erase(NAME, "\"texts\":false");
    assertEquals(
        List.of("call " + NAME + " true"),
        sql.column(
            "SELECT title || ' ' || (owner_id LIKE 'erased-%') FROM task WHERE title LIKE 'call%'"));
    assertEquals(
        List.of(),
        occurrences(NAME).stream().filter(row -> !row.contains("call " + NAME)).toList());
  }

  private void writeFacts() throws Exception {
    for (String user : all()) {
      var person = Person.of(user, "red").with("ingest", "publish", "admin");
      post(
          person,
          "/api/v1/tasks",
          "{\"title\":\"of " + user + "\",\"description\":\"" + user + "\",\"team_id\":\"red\"}");
      post(
          person,
          "/routing/decisions",
          """
          {"strategy":"s","provider":"p","cost":1.5,"user":"%1$s","key":"%1$s","tags":["%1$s"],
           "event_id":"%1$s"}"""
              .formatted(user));
      for (String path : List.of("views", "transactions", "activity")) {
        String more =
            switch (path) {
              case "views" -> ",\"content_id\":\"c\",\"session\":\"" + user + "\"";
              case "transactions" ->
                  ",\"transaction_id\":\"t %s\",\"amount\":2,\"status\":\"completed\""
                      .formatted(user);
              default -> "";
            };
        post(person, "/api/v1/analytics/" + path, "{\"user_id\":\"" + user + "\"" + more + "}");
      }
      post(
          person,
          "/api/v1/streams/news/events",
          "{\"type\":\"said\",\"data\":{\"by\":\"" + user + "\"}}");
      post(person, "/api/v1/proposals/p1/feedback", "{\"verdict\":\"approved\"}");
    }
    String task = post(BOSS, "/api/v1/tasks", "{\"title\":\"shared\"}").path("id").asText();
    for (String user : all()) {
      post(BOSS, "/api/v1/tasks/" + task + "/share", "{\"user_id\":\"" + user + "\"}");
    }
  }

  /** Rows of all tables that no request above writes; of the user, and of another one. */
  private void writeRows() throws Exception {
    for (String user : List.of(NAME, "mara")) {
      for (String statement : ROWS.formatted(user, user.length()).split(";\n")) sql.run(statement);
    }
  }

  private static final String ROWS =
      """
      UPDATE task SET readers = readers || '%1$s'::text WHERE title = 'shared';
      UPDATE task SET assignee = '%1$s', labels = '{of %1$s}' WHERE owner_id = '%1$s';
      INSERT INTO task_comment SELECT gen_random_uuid(), id, '%1$s', 'of %1$s', now() FROM task
        WHERE owner_id = '%1$s';
      INSERT INTO analysis_topic VALUES ('t%2$02d', 'of %1$s', '%1$s', now(), now());
      INSERT INTO analysis_message (event_id, predicted_label, true_label, noise, at)
        VALUES ('%1$s', 'of %1$s', 'of %1$s', false, now());
      INSERT INTO analysis_label SELECT id, 'by %1$s', false, 'x %1$s', false, '%1$s', now()
        FROM analysis_message WHERE event_id = '%1$s';
      INSERT INTO analysis_correction (sign, message_id, predicted, actual, correct, is_corrected, at)
        SELECT 1, id, 'of %1$s', 'by %1$s', false, true, at FROM analysis_message
        WHERE event_id = '%1$s';
      INSERT INTO analysis_schedule (id, name, definition, created_at, next_at)
        VALUES (gen_random_uuid(), 'of %1$s', '{"name":"of %1$s","at":"08:00","period":"day"}',
          now(), now() + interval '1 day');
      INSERT INTO alert_channel VALUES ('c%2$02d', '{"to":"%1$s"}', 'rule', '0', '%1$s', now());
      INSERT INTO alert_delivery (id, channel, kind, group_key, transitions, state, created_at,
          due_at, error) VALUES (gen_random_uuid(), 'c', 'test', '%1$s', '{}', 'sent', now(), now(), '%1$s');
      INSERT INTO alert_delivery (id, channel, kind, group_key, transitions, state, created_at,
          due_at, notice) VALUES (gen_random_uuid(), 'c', 'notice', 'g', '{}', 'sent', now(), now(),
          '{"text":"of %1$s"}');
      INSERT INTO alert_rule VALUES ('00000000-0000-0000-0000-0000000000%2$02d', 'of %1$s', 'none',
        'api', '{"metric":"cost_by_user.%1$s"}', 1, '%1$s', now(), now());
      INSERT INTO alert_state (rule, key, status, acknowledged_by, note)
        VALUES ('00000000-0000-0000-0000-0000000000%2$02d', '%1$s', 'ok', '%1$s', '%1$s');
      INSERT INTO alert_transition VALUES (gen_random_uuid(), now(), gen_random_uuid(),
        gen_random_uuid(), 'of %1$s', 'b?u=%1$s', 'm.%1$s', '%1$s', 'ok', 'firing', 1, 'above', 1,
        'error', '{"u":"%1$s"}');
      INSERT INTO alert_silence VALUES (gen_random_uuid(), NULL, NULL, 'b?u=%1$s', NULL,
        '{"u":"%1$s"}', now(), now() + interval '1 day', '%1$s', '%1$s', now());
      INSERT INTO board_history VALUES ('b?u=%1$s', date_trunc('hour', now()), 3, '{"by":{"%1$s":1}}');
      UPDATE alert_transition SET part = 'b?u=%1$s' WHERE key = '%1$s';
      INSERT INTO annotation VALUES (gen_random_uuid(), now(), NULL, 'of %1$s', 'of %1$s', '{b}', '{%1$s}',
        '%1$s', now());
      INSERT INTO report_document VALUES (gen_random_uuid(), 'of %1$s', 'of %1$s', 't', '', now());
      INSERT INTO report_schedule VALUES (gen_random_uuid(), 'of %1$s', 'b?u=%1$s', '{"u":"%1$s"}', '%1$s',
        now(), now() + interval '1 day');
      INSERT INTO board_part VALUES ('b?u=%1$s', 'b', '{%1$s}', 1, '{"%1$s":1}', now(), now());
      INSERT INTO board_part_use VALUES ('b?u=%1$s', 'b', now());
      INSERT INTO idempotency (principal, key, request, location, body)
        VALUES ('%1$s', '%1$s', '', '%1$s', '%1$s');
      INSERT INTO idempotency (principal, key, request, location, body)
        VALUES ('zoe', 'k %1$s', '', '/users/%1$s', '{"u":"%1$s"}');
      INSERT INTO published_event VALUES ('chat.%1$s', gen_random_uuid(), now());
      INSERT INTO quality_sample (event_id, source, geocoding_attempts, geocoding_successes,
        validation_attempts, validation_passes, at) VALUES ('%1$s', 's', 1, 1, 1, 1, now());
      INSERT INTO scrape_run (event_id, source, status, started_at, at, error)
        VALUES ('%1$s', 's', 'failure', now(), now(), '%1$s');
      INSERT INTO revocation VALUES (gen_random_uuid(), -%2$02d, '%1$s', NULL, NULL, NULL, now(), '%1$s',
        '%1$s', now(), now(), '%1$s', now(), false);
      INSERT INTO routing_budget VALUES ('key', '%1$s', 'day', 1000000, '{1}');
      INSERT INTO routing_budget_told VALUES ('key', '%1$s', 'day', now(), 1);
      INSERT INTO team VALUES ('t%2$02d', 'of %1$s', '%1$s', now());
      INSERT INTO team_member VALUES ('%1$s', 't%2$02d', now(), NULL, true);
      INSERT INTO team_member VALUES ('zoe', 't%2$02d', now(), NULL, false);
      INSERT INTO team_invitation VALUES ('t%2$02d', 'x%1$s', '%1$s', now(), now() + interval '1 day');
      INSERT INTO team_invitation VALUES ('t%2$02d', '%1$s', 'zoe', now(), now() + interval '1 day');
      INSERT INTO outbox (shard, event_id, type, streams, data, at, origin)
        VALUES (9, gen_random_uuid(), 't', '{user.%1$s}', '{"u":"%1$s"}', now(), '%1$s' || chr(31) || '1');
      INSERT INTO event_log VALUES (9, %2$02d, gen_random_uuid(), 't', '{user.%1$s}', '{"u":"%1$s"}', now(),
        '%1$s' || chr(31) || '1');
      INSERT INTO event_stream VALUES (9, 'user.%1$s', %2$02d);
      INSERT INTO audit (id, bulk, actor, address, user_agent, action, target, outcome, reason,
        request_id, node) VALUES (%2$02d, false, '%1$s', '10.0.0.%2$02d', 'agent of %1$s', 'a', 'user:%1$s', 'done',
        '%1$s', '%1$s', 'n');
      INSERT INTO platform_view (event_id, content_id, user_id, session, place, at)
        VALUES ('v %1$s', 'of %1$s', '%1$s', '%1$s', 'at %1$s', now());
      INSERT INTO platform_activity (event_id, user_id, at) VALUES ('a %1$s', '%1$s', now());
      INSERT INTO task_change VALUES (1, '%1$s', '', '{%1$s}', 0, now(), NULL),
        (-1, '%1$s', '', '{%1$s}', 0, now(), NULL);
      UPDATE platform_transaction SET content_id = 'of %1$s' WHERE user_id = '%1$s'""";

  private void awaitFolded(String... tables) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              post(BOSS, "/api/v1/tasks", "{\"title\":\"another\"}");
              assertEquals(List.of("0"), sql.column("SELECT count(*) FROM outbox WHERE shard < 9"));
              for (String table : tables) {
                String rows =
                    sql.column(
                            "SELECT count(*) FROM %s t WHERE strpos(t::text, '%s') > 0"
                                .formatted(table, NAME))
                        .get(0);
                assertFalse(rows.equals("0"), table);
              }
              assertTrue(
                  sql.column("SELECT data::text FROM board_state WHERE board = 'routing'")
                      .get(0)
                      .contains(NAME));
            });
  }

  /** Columns that may name a user and do not: this test would not show that they are erased. */
  private Set<String> columnsWithoutTheUser() throws Exception {
    var without = new TreeSet<String>();
    for (var table : ColumnRules.tables().entrySet()) {
      for (var column : table.getValue().columns().entrySet()) {
        if (column.getValue() == Rule.NONE || column.getValue() == Rule.ACTOR) continue;
        String name = table.getKey() + "." + column.getKey();
        String rows =
            sql.column(
                    "SELECT count(*) FROM %s WHERE strpos(replace(\"%s\"::text, '%%40', '@'), '%s') > 0"
                        .formatted(table.getKey(), column.getKey(), NAME))
                .get(0);
        if (rows.equals("0")) without.add(name);
      }
    }
    // Rows of folds of tasks, of alerts of sources, and of requests to erase exist for a moment.
    without.removeAll(
        Set.of(
            "task_moment.owner_id",
            "task_moment.shared_with",
            "task_rollup.whose",
            "pipeline_alert.message",
            "erasure.requested_by"));
    return without;
  }

  /** All rows are as they were, but for the name. */
  private static void assertSame(
      Map<String, List<String>> before, Map<String, List<String>> after) {
    for (var table : before.entrySet()) {
      String name = table.getKey();
      boolean isMoving =
          MOVING.contains(name)
              || name.endsWith(" bytes")
              || name.startsWith("board_history")
              || name.startsWith("flyway");
      if (isMoving) continue;
      var expected = new ArrayList<>(table.getValue());
      // Another member owns the team now.
      if (name.equals("team_member")) continue;
      boolean isDeleted = Set.of("team_invitation", "idempotency").contains(name);
      if (isDeleted) expected.removeIf(row -> names(row, NAME) && !row.startsWith("(zoe,"));
      if (name.equals("report_document")) expected.clear();
      assertEquals(lines(expected), lines(after.get(name)), name);
    }
    assertEquals(
        List.of("(mara,t04,t)", "(zoe,t04,f)", "(zoe,t22,t)"),
        after.get("team_member").stream()
            .map(row -> row.replaceAll("^\\(([^,]+),([^,]+),.*,([tf])\\)$", "($1,$2,$3)"))
            .sorted()
            .toList());
  }

  private static String lines(List<String> rows) {
    return String.join(
        "\n",
        rows.stream()
            .map(
                row ->
                    row.replace(NAME + ".uk", "OTHER")
                        .replace(NAME, "USER")
                        .replaceAll("erased-[0-9a-f]{12}", "USER"))
            .map(row -> row.replaceAll("\"\\{\"\"", "{\""))
            .sorted()
            .toList());
  }

  private static String renamed(Map<String, JsonNode> numbers) {
    return new TreeMap<>(numbers)
        .toString()
        .replace(NAME + ".uk", "OTHER")
        .replace(NAME, "USER")
        .replaceAll("erased-[0-9a-f]{12}", "USER")
        .replaceAll("\"timestamp\":\"[^\"]*\"", "");
  }

  private Map<String, JsonNode> numbers() throws Exception {
    var numbers = new TreeMap<String, JsonNode>();
    for (String board : List.of("platform", "pipeline")) {
      numbers.put(board, get("/api/v1/boards/" + board).path("metrics"));
    }
    numbers.put("cohorts", get("/api/v1/analytics/cohorts"));
    for (String number : List.of("total_decisions", "total_cost")) {
      numbers.put(number, get("/routing/metrics").path(number));
    }
    return numbers;
  }

  private static List<String> all() {
    var all = new ArrayList<>(OTHERS);
    all.add(NAME);
    return all;
  }
}
