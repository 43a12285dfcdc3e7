package dev.boardcast.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.boardcast.Boards;
import dev.boardcast.boards.analysis.AnalysisSubject;
import dev.boardcast.boards.pipeline.PipelineSubject;
import dev.boardcast.boards.platform.PlatformSubject;
import dev.boardcast.boards.routing.RoutingSubject;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.metrics.FoldSubject;
import dev.boardcast.metrics.Folding;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Api.Answer;
import dev.boardcast.testing.HookedBoard;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.StatementCutProxy;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A node dies before each statement of a write in turn, and during its commit. The client gets no
 * response and repeats the request: each fact is stored once, with its event, and the fold's
 * metrics equal a recomputation.
 */
class IngestCrashIT {
  private static final int LONGEST = 60;
  private static final String TASK = "00000000-0000-4000-8000-000000000001";

  private final DatabaseConfig database = Services.get().freshDatabase();
  private final Sql sql = new Sql(database.postgresUri());
  private final StatementCutProxy line = new StatementCutProxy(database);
  private final Api api = new Api(line.database(), HttpConfig.DEFAULTS, IngestCrashIT::routes);

  /**
   * A write.
   *
   * @param body with {@code #} where the number of the write is; NDJSON if it has several lines
   * @param counted a query for what there is one of per write, or as many as {@code times}
   */
  private record Write(String name, String path, String body, String counted, int times) {
    Write(String name, String path, String body, String counted) {
      this(name, path, body, counted, 1);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Write> writes() {
    return Stream.of(
        new Write("a task", "/api/v1/tasks", "{\"title\":\"t#\"}", "SELECT count(*) FROM task"),
        new Write(
            "an array of tasks",
            "/api/v1/tasks",
            "[{\"title\":\"t#\"},{\"title\":\"u#\",\"team_id\":\"red\"}]",
            "SELECT count(*) FROM task",
            2),
        new Write(
            "a decision",
            "/routing/decisions",
            """
            {"strategy":"s","provider":"p","cost":0.001,"event_id":"e#"}""",
            "SELECT count(*) FROM routing_decision"),
        new Write(
            "many decisions, some of them twice",
            "/routing/decisions",
            """
            {"strategy":"s","provider":"p","cost":0.001,"event_id":"e#"}
            {"strategy":"s","provider":"q","cost":0.001,"event_id":"f#"}
            {"strategy":"s","provider":"p","cost":0.001,"event_id":"e#"}""",
            "SELECT count(*) FROM routing_decision",
            2),
        new Write(
            "a transaction that is completed in the same batch",
            "/api/v1/analytics/transactions",
            """
            {"transaction_id":"t#","user_id":"u","amount":5,"status":"pending"}
            {"transaction_id":"t#","user_id":"u","amount":6,"status":"completed"}
            {"transaction_id":"v#","user_id":"u","amount":-1,"status":"completed"}""",
            "SELECT count(*) FROM platform_transaction WHERE status = 'completed'",
            2),
        new Write(
            "signs of life",
            "/api/v1/analytics/activity",
            """
            {"user_id":"u#","event_id":"e#"}
            {"user_id":"u","event_id":"f#"}""",
            "SELECT count(*) FROM platform_activity",
            2),
        new Write(
            "runs",
            "/api/v1/monitoring/scrape-runs",
            """
            {"source":"s","status":"failure","started_at":"2026-03-01T00:00:00Z","finished_at":"2026-03-01T00:00:01Z","event_id":"e#"}
            {"source":"s#","status":"failure","started_at":"2026-03-01T00:00:00Z","finished_at":"2026-03-01T00:00:01Z","event_id":"f#"}""",
            "SELECT count(*) FROM scrape_run",
            2),
        new Write(
            "a topic",
            "/api/v1/topics",
            "{\"id\":\"t#\",\"name\":\"n#\"}",
            "SELECT coalesce(sum(delta), 0) FROM analysis_change WHERE counter = 'topics'"),
        new Write(
            "messages",
            "/api/v1/messages",
            """
            {"noise":true,"event_id":"e#"}
            {"noise":false,"predicted_label":"a","true_label":"a","event_id":"f#"}""",
            "SELECT count(*) FROM analysis_message",
            2),
        new Write(
            "a run",
            "/api/v1/analysis/runs",
            """
            {"time_window_start":"2026-01-01T00:00:00Z","time_window_end":"2026-01-02T00:00:00Z",\
            "trigger_type":"manual"}""",
            "SELECT count(*) FROM analysis_change WHERE counter = 'open_runs'"),
        new Write(
            "a verdict",
            "/api/v1/proposals/p#/feedback",
            "{\"verdict\":\"approved\"}",
            "SELECT coalesce(sum(delta), 0) FROM analysis_change WHERE counter = 'approved'"));
  }

  @AfterEach
  void close() {
    api.close();
    line.close();
  }

  @ParameterizedTest
  @MethodSource("writes")
  void eachWriteComesOnce(Write write) throws Exception {
    int number = 0;
    boolean isCut;
    do {
      line.cutAfter(number);
      int turn = number;
      Answer answer = send(write, number);
      isCut = line.reset();
      if (answer.status() >= 500) answer = insist(() -> send(write, turn));
      assertTrue(answer.status() < 300, answer.text());
      number++;
      long expected = (long) number * write.times();
      assertEquals(expected, Long.parseLong(sql.column(write.counted()).get(0)), "cut " + number);
    } while (isCut);
    assertTrue(number > 1 && number < LONGEST, "statements: " + number);
    eachTaskHasOneEventForEachOfItsVersions();
    numbersAreThoseOfARecomputation();
  }

  static Stream<String> changes() {
    return Stream.of(
        "PATCH  {\"title\":\"new #\"}",
        "PATCH  {\"owner_id\":\"ann#\"}",
        "POST /share {\"user_id\":\"bob#\"}",
        "POST /complete ",
        "DELETE  ");
  }

  @ParameterizedTest
  @MethodSource("changes")
  void eachChangeOfATaskComesOnce(String way) throws Exception {
    String[] parts = way.split(" ", 3);
    boolean isCut;
    int number = 0;
    do {
      String id = TASK.substring(0, 33) + (100 + number);
      String draft = "{\"id\":\"%s\",\"title\":\"t\"}".formatted(id);
      String key = "new " + number;
      assertEquals(201, insist(() -> call("POST", "/api/v1/tasks", draft, key)).status());
      String body = parts[2].replace("#", Integer.toString(number));
      line.cutAfter(number);
      String change = "change " + number;
      Supplier<Answer> asked = () -> call(parts[0], "/api/v1/tasks/" + id + parts[1], body, change);
      Answer answer = asked.get();
      isCut = line.reset();
      if (answer.status() >= 500) answer = insist(asked);
      assertTrue(answer.status() < 300, answer.text());
      number++;
    } while (isCut);
    assertTrue(number > 4 && number < LONGEST, "statements: " + number);
    eachTaskHasOneEventForEachOfItsVersions();
    assertEquals(
        List.of(Integer.toString(number)),
        sql.column(
            "SELECT count(*) FROM outbox WHERE type <> 'task_created' AND data->>'visible' = 'true'"));
  }

  /** Retries as a client does after 503: a connection that was cut may fail once more. */
  private static Answer insist(Supplier<Answer> asked) {
    Answer answer = asked.get();
    for (int tries = 0; answer.status() >= 500; tries++) {
      assertTrue(tries < 20, answer.text());
      answer = asked.get();
    }
    return answer;
  }

  private Answer send(Write write, int number) {
    String body = write.body().replace("#", Integer.toString(number));
    return call("POST", write.path().replace("#", "" + number), body, write.path() + number);
  }

  private Answer call(String method, String path, String body, String key) {
    var call = api.call(method, path).as("root;red;admin,ingest");
    boolean isStream = body.contains("\n");
    if (isStream) call.body("application/x-ndjson", Buffer.buffer(body));
    else call.with("Idempotency-Key", key.replace(" ", "-").replace("/", "-"));
    if (!isStream && !body.isEmpty()) call.json(body);
    return call.now();
  }

  private void eachTaskHasOneEventForEachOfItsVersions() throws Exception {
    assertEquals(
        List.of(),
        sql.column(
            """
            SELECT concat(id, ' is at ', version, ', events say ', versions)
            FROM (SELECT id::text, version FROM task) t FULL JOIN (
              SELECT data->>'task_id' AS id,
                     array_agg((data->>'version')::bigint ORDER BY o.id) AS versions,
                     bool_or(type = 'task_deleted') AS is_deleted
              FROM outbox o WHERE data->>'visible' = 'true' GROUP BY 1) AS told USING (id)
            WHERE versions IS DISTINCT FROM ARRAY(
                    SELECT generate_series(1, coalesce(version, cardinality(versions))))
               OR is_deleted IS DISTINCT FROM (version IS NULL)"""));
  }

  private void numbersAreThoseOfARecomputation() throws Exception {
    Instant now = Instant.now();
    for (FoldSubject subject :
        List.of(
            new RoutingSubject(),
            new AnalysisSubject(),
            new PipelineSubject(),
            new PlatformSubject(ZoneOffset.UTC))) {
      var board = new HookedBoard(subject.board(api.parts().outbox()));
      board.afterSnapshot =
          (tx, at, numbers) -> subject.check(tx, at, read(numbers.text())).mapEmpty();
      var folding = new Folding(api.parts().pool(), board, "me").take();
      folding.at(now);
      assertEquals(0, folding.drift(), board.name());
    }
  }

  private static com.fasterxml.jackson.databind.JsonNode read(String json) {
    try {
      return Json.MAPPER.readTree(json);
    } catch (JsonProcessingException broken) {
      throw new AssertionError(json, broken);
    }
  }

  private static List<Routes> routes(Api.Resources parts) {
    return Boards.BUILT_IN.stream()
        .flatMap(module -> module.routes(parts.board()).stream())
        .toList();
  }
}
