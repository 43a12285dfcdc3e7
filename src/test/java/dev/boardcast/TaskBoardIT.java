package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.WsClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The board of tasks beside a recount of all tasks by plain SQL. */
class TaskBoardIT extends AccessCase {
  private static final String BOARD = "/api/v1/boards/tasks";
  private static final String ANN = Person.of("ann").token();
  private static final String VIEWER = Person.of("vic").with("viewer").token();
  private static final String RECOUNT =
      """
      SELECT concat_ws(' ', count(*), count(*) FILTER (WHERE status = 'pending'),
        count(*) FILTER (WHERE status = 'pending' AND assignee IS NULL),
        count(*) FILTER (WHERE status = 'pending' AND due_at <= now()),
        count(*) FILTER (WHERE status = 'pending' AND due_at > now()
                           AND due_at <= now() + interval '24 hours'),
        count(*) FILTER (WHERE created_at >= date_bin('15 minutes', now(), 'epoch') - interval '24 hours'),
        count(*) FILTER (WHERE completed_at >= date_bin('15 minutes', now(), 'epoch') - interval '24 hours'),
        coalesce(round(100.0 * count(*) FILTER (WHERE status = 'completed') / nullif(count(*), 0), 6), 0),
        count(*) FILTER (WHERE status = 'pending' AND priority = 4),
        count(*) FILTER (WHERE status = 'pending' AND priority = 3 AND due_at <= now()),
        count(*) FILTER (WHERE status = 'completed' AND priority = 0),
        count(*) FILTER (WHERE status = 'pending' AND assignee = 'u1'),
        count(*) FILTER (WHERE status = 'completed' AND assignee = 'u2'))
      FROM task""";

  private final Sql sql = new Sql(db.postgresUri());
  private Boardcast node;

  @BeforeEach
  void start() {
    node = deploy();
  }

  @Test
  void everyNumberIsThatOfARecountAfterAnyChanges() throws Exception {
    var random = new Random(17);
    for (int round = 0; round < 12; round++) {
      sql.run(
          """
          INSERT INTO task (id, title, owner_id, created_at, updated_at, content, due_at, priority,
                            assignee)
          SELECT gen_random_uuid(), 't', 'ann', at, at, '',
            CASE WHEN random() < 0.8 THEN now() + (random() - 0.5) * interval '60 hours' END,
            floor(random() * 5), CASE WHEN random() < 0.7 THEN 'u' || floor(random() * 3) END
          FROM generate_series(1, %d),
            LATERAL (SELECT now() - random() * interval '50 hours' AS at) AS a"""
              .formatted(20 + random.nextInt(60)));
      sql.run(
          change(
              "status = 'completed', completed_at = now() - random() * interval '40 hours'",
              "status = 'pending'"));
      sql.run(change("status = 'pending', completed_at = NULL", "status = 'completed'"));
      sql.run(
          change("priority = floor(random() * 5), assignee = 'u' || floor(random() * 3)", "true"));
      sql.run(change("due_at = NULL", "true"));
      sql.run("DELETE FROM task WHERE random() < 0.05");
    }
    // A fact of an API, whose commit is reported.
    assertEquals(201, post(node, "/api/v1/tasks", ANN, "{\"title\":\"t\"}").status());

    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertEquals(sql.column(RECOUNT), List.of(counted())));
    assertEquals(
        sql.column(
            "SELECT 'u' || i FROM generate_series(0, 2) i ORDER BY (SELECT count(*) FROM task"
                + " WHERE assignee = 'u' || i AND status = 'pending') DESC, 1"),
        names(board().at("/by_assignee")));
    assertFactsMatch();
    assertRange();
  }

  private static String change(String set, String where) {
    return "UPDATE task SET " + set + " WHERE " + where + " AND random() < 0.3";
  }

  @Test
  void overdueMovesWithTheClockAndTheTopicOfTheBoardIsNotThatOfTasks() throws Exception {
    WsClient client = socket(node, "tasks,task-metrics", ANN);
    session(client);
    client.takeUntil(
        frame ->
            WsClient.type(frame).equals("subscribed")
                && frame.path("topic").asText().equals("tasks"));
    String due = Instant.now().plusMillis(2500).toString();
    assertEquals(
        201,
        post(node, "/api/v1/tasks", ANN, "{\"title\":\"t\",\"due_at\":\"%s\"}".formatted(due))
            .status());
    // With no change after it, by time alone.
    var frames = client.takeUntil(frame -> frame.at("/data/overdue").asInt() == 1);
    assertTrue(frames.stream().anyMatch(frame -> frame.at("/data/due_next_24h").asInt() == 1));
    for (JsonNode frame : frames) {
      String type = WsClient.type(frame);
      if (type.equals("metrics:update")) assertEquals("task-metrics", frame.get("topic").asText());
      if (type.startsWith("task_")) assertEquals("tasks", frame.get("topic").asText());
    }
    assertTrue(frames.stream().anyMatch(frame -> WsClient.type(frame).equals("task_created")));
    assertTrue(!Instant.now().isBefore(Instant.parse(due)));
    // The names of streams are as they were.
    assertEquals(200, get(node, "/api/v1/streams/tasks/events", ANN).status());
    Awaitility.await()
        .untilAsserted(
            () -> {
              JsonNode history = get(node, BOARD + "/history?metric=overdue", ANN).json();
              assertTrue(history.toString().contains("1"), history::toString);
            });
  }

  @Test
  void theBoardIsForThoseWithATokenAndItsFactsForViewers() throws Exception {
    assertEquals(401, get(node, BOARD, null).status());
    assertEquals(200, get(node, BOARD, ANN).status());
    assertEquals(403, get(node, BOARD + "/facts?metric=open", ANN).status());
    String secret = "{\"title\":\"Secret\",\"description\":\"Secret too\"}";
    assertEquals(201, post(node, "/api/v1/tasks", ANN, secret).status());
    JsonNode facts = get(node, BOARD + "/facts?metric=open", VIEWER).json();
    assertEquals(1, facts.get("facts").size());
    assertTrue(!facts.toString().contains("Secret"));
  }

  private JsonNode board() throws Exception {
    JsonNode json = get(node, BOARD, ANN).json();
    return json.has("data") ? json.get("data") : json;
  }

  private String counted() throws Exception {
    JsonNode found = board();
    var numbers = new StringBuilder();
    for (String path :
        List.of(
            "/total",
            "/open",
            "/unassigned",
            "/overdue",
            "/due_next_24h",
            "/created_last_24h",
            "/completed_last_24h",
            "/completion_rate",
            "/by_priority/urgent/open",
            "/by_priority/high/overdue",
            "/by_priority/none/completed",
            "/by_assignee/u1/open",
            "/by_assignee/u2/completed")) {
      numbers.append(numbers.isEmpty() ? "" : " ").append(found.at(path).asText());
    }
    return numbers.toString();
  }

  private static List<String> names(JsonNode object) {
    var names = new java.util.ArrayList<String>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** The facts behind each metric are as many as it counts. */
  private void assertFactsMatch() throws Exception {
    for (String metric :
        List.of(
            "total",
            "open",
            "completed",
            "overdue",
            "due_next_24h",
            "unassigned",
            "created_last_24h",
            "completed_last_24h")) {
      int facts = 0;
      String after = "";
      do {
        JsonNode page =
            get(node, BOARD + "/facts?limit=200&metric=" + metric + after, VIEWER).json();
        facts += page.get("facts").size();
        after = page.get("next").isNull() ? null : "&after=" + page.get("next").asText();
      } while (after != null);
      assertEquals(board().get(metric).asInt(), facts, metric);
    }
  }

  private void assertRange() throws Exception {
    String edges = "date_bin('15 minutes', now(), 'epoch') - interval '%s'";
    String from =
        sql.column(
                "SELECT to_char(("
                    + edges.formatted("30 hours")
                    + ") AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
            .get(0);
    String to =
        sql.column(
                "SELECT to_char(("
                    + edges.formatted("5 hours")
                    + ") AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
            .get(0);
    Answer range = get(node, BOARD + "?from=" + from + "&to=" + to, ANN);
    assertEquals(200, range.status(), range.json()::toString);
    String in = " >= '" + from + "' AND %1$s < '" + to + "'";
    assertEquals(
        sql.column(
            "SELECT count(*) FILTER (WHERE created_at"
                + in.formatted("created_at")
                + ") || ' ' || count(*) FILTER (WHERE completed_at"
                + in.formatted("completed_at")
                + ") FROM task"),
        List.of(
            range.json().at("/data/created").asText()
                + " "
                + range.json().at("/data/completed").asText()));
  }
}
