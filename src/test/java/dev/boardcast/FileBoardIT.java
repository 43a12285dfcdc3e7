package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.boards.yaml.InvalidBoardFileException;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Program;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Boards of files on a node. */
class FileBoardIT {
  private static final String ROBOT = Person.of("robot").with("ingest").token();
  private static final String COUNT =
      """
      name: counted
      title: Counted
      refresh: 1s
      timeout: 300ms
      max_rows: 6
      triggers: {facts: [routing_decision]}
      numbers: SELECT %s AS n FROM routing_decision
      metrics:
        n: {label: N, unit: count, kind: gauge}
      """;

  /** Slow with two facts. */
  private static final String SLOW =
      """
      max((SELECT count(*) FROM (SELECT count(*) AS n FROM routing_decision) AS c,\
       generate_series(1, CASE WHEN n = 2 THEN 1000000000 ELSE 1 END)))""";

  private static final String ENDLESS =
      "SELECT count(*) FROM generate_series(1, 1000000) AS a, generate_series(1, 1000000) AS b";

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final Vertx another = Vertx.vertx();
  private final WebClient web = WebClient.create(vertx);
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Sql sql = new Sql(db.postgresUri());
  private Boardcast node;

  @AfterEach
  void close() {
    if (node != null) Api.await(node.close());
    Api.await(vertx.close());
    Api.await(another.close());
  }

  @Test
  void aRollupCountsFactsOfBeforeAndOfNow() throws Exception {
    node = start(vertx);
    decide(3);
    Api.await(node.close());
    example("sum(calls)", "sum(calls)");
    node = start(vertx);
    try (var client = WsClient.connect(vertx, socket("llm_spend"))) {
      decide(4);
      JsonNode data = until(client, "/calls", 7);
      assertEquals("0.0007", data.get("cost").asText());
      assertEquals(7, data.at("/by_provider/gemini/calls").asInt());
      assertEquals("0.0007", data.at("/by_strategy/hybrid").asText());
    }
    assertEquals(List.of("7"), sql.column("SELECT sum(calls) FROM llm_spend_rollup"));
    assertTrue(get("/api/v1/boards").contains("\"title\":\"LLM spend\""));
    assertTrue(get("/api/v1/boards/llm_spend/history?metric=cost").contains("\"cost\""));
  }

  @Test
  void aRollupThatMeansSomethingElseBeginsAnew() throws Exception {
    example("calls: 1", "calls: 1");
    node = start(vertx);
    decide(2);
    awaitData("llm_spend", "/calls", 2);
    Api.await(node.close());
    example("calls: 1", "calls: 10");
    node = start(vertx);
    awaitData("llm_spend", "/calls", 20);
  }

  @Test
  void whatFailsTakesTooLongOrGivesTooMuchIsStaleAndOthersGoOn() throws Exception {
    write("counted.yaml", COUNT.formatted("count(*) + 0 / (2 - count(*))"));
    write("slow.yaml", named("slow", SLOW));
    write(
        "many.yaml",
        """
        name: many
        title: Many
        refresh: 1s
        max_rows: 3
        triggers: {facts: [routing_decision]}
        groups:
          by: SELECT g, g AS n FROM (SELECT count(*) AS n FROM routing_decision) AS c,
              generate_series(1, CASE WHEN n = 2 THEN 4 ELSE n END) AS g
        metrics:
          by.*: {label: N, unit: count, kind: gauge}
        """);
    node = start(vertx);
    decide(1);
    awaitData("counted", "/n", 1);
    awaitData("slow", "/n", 1);
    awaitData("many", "/by/1", 1);
    decide(1);
    for (String board : List.of("counted", "slow", "many")) awaitStale(board, true);
    awaitData("routing", "/total_decisions", 2);
    assertEquals(1, latest("counted").at("/data/n").asInt(), "what was known before");
    awaitHealth("degraded", "[\"counted\",\"many\",\"slow\"]");

    decide(1);
    awaitData("counted", "/n", 3);
    awaitData("slow", "/n", 1);
    awaitData("many", "/by/3", 3);
    for (String board : List.of("counted", "slow", "many")) awaitStale(board, false);
    awaitHealth("up", "[]");
  }

  @Test
  void nullIsAKeyOfItsOwnAndWhatIsNotFiniteIsNoNumber() throws Exception {
    write(
        "keys.yaml",
        """
        name: keys
        title: Keys
        refresh: 1s
        triggers: {facts: [routing_decision]}
        groups:
          by: SELECT k, n FROM (VALUES (NULL, 3), ('none', 2)) AS v (k, n)
          both: SELECT k, n FROM (VALUES (NULL, 4), ('none', 5), ('NULL', 6)) AS v (k, n)
        metrics:
          by.*: {label: N, unit: count, kind: gauge}
          both.*: {label: N, unit: count, kind: gauge}
        """);
    write(
        "counted.yaml",
        COUNT.formatted("CASE count(*) WHEN 2 THEN 'NaN' ELSE count(*)::numeric END"));
    node = start(vertx);
    decide(1);
    awaitData("keys", "/by/none", 2);
    awaitData("keys", "/by/NULL", 3);
    awaitData("keys", "/both/NULL 2", 4);
    awaitData("keys", "/both/NULL", 6);
    var facts =
        ask("/api/v1/boards/keys/facts?metric=both.*", Person.of("vera").with("viewer").token());
    assertEquals(400, facts.statusCode());
    assertTrue(facts.bodyAsString().contains("it is computed by SQL of a file"));
    awaitData("counted", "/n", 1);
    decide(1);
    awaitStale("counted", true);
    decide(1);
    awaitData("counted", "/n", 3);
  }

  @Test
  void aBoardWhoseQueryNeverEndsIsNamedByHealthAndTheNodeServesTheOthers() throws Exception {
    write("slow.yaml", named("slow", "count(*) + (" + ENDLESS + ")"));
    node = start(vertx);
    awaitHealth("degraded", "[\"slow\"]");
    assertEquals(200, ask("/health/ready", null).statusCode());
    assertEquals(503, ask("/api/v1/boards/slow", null).statusCode());
    decide(1);
    awaitData("routing", "/total_decisions", 1);
  }

  @Test
  void aFunctionThatTurnsToWritingChangesNothing() throws Exception {
    sql.run("CREATE FUNCTION mine(n bigint) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT n'");
    write("counted.yaml", COUNT.formatted("mine(count(*))"));
    node = start(vertx);
    decide(1);
    awaitData("counted", "/n", 1);
    sql.run(
        """
        CREATE OR REPLACE FUNCTION mine(n bigint) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
        BEGIN
          PERFORM set_config('transaction_read_only', 'off', true);
          DELETE FROM routing_decision;
          RETURN n;
        END $$""");
    decide(1);
    awaitStale("counted", true);
    assertEquals(List.of("2"), sql.column("SELECT count(*) FROM routing_decision"));
  }

  @Test
  void theFileOfTheNodeThatStartedLastIsComputed() throws Exception {
    write("counted.yaml", COUNT.formatted("count(*)"));
    node = start(vertx);
    awaitHolder(node);
    write("counted.yaml", COUNT.formatted("100 + count(*)"));
    Boardcast newer = start(another);
    awaitHolder(newer);
    String data = "SELECT data FROM board_state WHERE board = 'counted'";
    Awaitility.await().until(() -> sql.column(data).equals(List.of("{\"n\":100}")));
    Files.delete(directory.resolve("counted.yaml"));
    Api.await(newer.close());
    Boardcast without = start(another);
    Awaitility.await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(10))
        .until(() -> holders().isEmpty());
    assertEquals(List.of("{\"n\":100}"), sql.column(data));
    Api.await(without.close());
  }

  @Test
  void aFileSaysWhoSeesItsBoardUnlessTheSettingsDo() throws Exception {
    write("a.yaml", COUNT.formatted("count(*)") + "visibility: role:lead\n");
    node = start(vertx);
    String path = "/api/v1/boards/counted";
    assertEquals(401, ask(path, null).statusCode());
    assertEquals(403, ask(path, ROBOT).statusCode());
    assertEquals(200, ask(path, Person.of("lea").with("lead").token()).statusCode());
    assertFalse(get("/api/v1/boards").contains("counted"));
  }

  @Test
  void aNodeDoesNotStartWithABadFile() throws Exception {
    Path taken = write("a.yaml", COUNT.formatted("count(*)").replace("counted", "routing"));
    var failure = assertThrows(InvalidBoardFileException.class, () -> start(vertx));
    assertEquals(
        taken
            + ":1: name was \"routing\", expected a name that no other board, topic or stream has",
        failure.getMessage());

    Files.delete(taken);
    Path writes = write("b.yaml", COUNT.formatted("nextval('routing_decision_id_seq') + count(*)"));
    try (var program = serve()) {
      assertEquals(2, program.exitCode(Duration.ofSeconds(60)));
      assertTrue(
          program.errors().contains("boardcast: " + writes + ":7: calls nextval"),
          program.errors());
    }
    write("b.yaml", "name: b\ntitel: b\n");
    try (var program = serve()) {
      assertEquals(2, program.exitCode(Duration.ofSeconds(60)));
      assertTrue(program.errors().contains(writes + ":2: unknown key \"titel\""), program.errors());
    }
  }

  private Program serve() throws Exception {
    return Program.start(
        "--pg", db.postgresUri(),
        "--redis", db.redisUri(),
        "--http-port", "0",
        "--gateway-port", "0",
        "--cluster", "off",
        "--data-dir", directory.resolve("data").toString(),
        "--boards-dir", directory.toString());
  }

  private Boardcast start(Vertx on) {
    var boards = new ArrayList<BoardModule>(Boards.BUILT_IN);
    boards.addAll(Boards.ofFiles(directory));
    var config = TestOptions.local(db);
    return Api.await(Boardcast.deploy(on, config, boards));
  }

  private static String named(String name, String number) {
    return COUNT.replace("counted", name).formatted(number);
  }

  private Path write(String file, String text) throws Exception {
    return Files.writeString(directory.resolve(file), text);
  }

  private void example(String there, String instead) throws Exception {
    String text = Files.readString(Path.of("conf/boards/llm_spend.yaml.example"));
    assertTrue(text.contains(there));
    write("llm_spend.yaml", text.replace(there, instead));
  }

  private void decide(int count) {
    for (int i = 0; i < count; i++) {
      var answer =
          web.post(node.httpPort(), "127.0.0.1", "/routing/decisions")
              .bearerTokenAuthentication(ROBOT)
              .putHeader("Content-Type", "application/json")
              .sendBuffer(
                  Buffer.buffer(
                      "{\"strategy\":\"hybrid\",\"provider\":\"gemini\",\"cost\":0.0001}"));
      assertEquals(201, Api.await(answer).statusCode());
    }
  }

  private void awaitData(String board, String pointer, int expected) {
    await(() -> assertEquals(expected, latest(board).at("/data" + pointer).asInt(-1)));
  }

  private void awaitStale(String board, boolean expected) {
    await(() -> assertEquals(expected, latest(board).get("stale").asBoolean(), board));
  }

  private void awaitHealth(String status, String stale) {
    await(
        () -> {
          JsonNode health = Json.MAPPER.readTree(get("/health/ready"));
          assertEquals(status, health.get("status").asText(), health.toString());
          assertEquals(stale, health.get("stale").toString());
        });
  }

  private void awaitHolder(Boardcast expected) {
    await(() -> assertEquals(List.of(expected.info().name()), holders()));
  }

  private List<String> holders() throws Exception {
    return sql.column(
        "SELECT holder FROM lease WHERE name = 'board.counted' AND expires_at > now()");
  }

  private static void await(org.awaitility.core.ThrowingRunnable check) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(check);
  }

  private JsonNode latest(String board) throws Exception {
    return Json.MAPPER.readTree(get("/api/v1/boards/" + board));
  }

  private String get(String path) {
    return ask(path, null).bodyAsString();
  }

  private HttpResponse<Buffer> ask(String path, String token) {
    var request = web.get(node.httpPort(), "127.0.0.1", path);
    if (token != null) request.bearerTokenAuthentication(token);
    return Api.await(request.send());
  }

  private String socket(String topic) {
    return "ws://127.0.0.1:" + node.httpPort() + "/ws?topics=" + topic;
  }

  private static JsonNode until(WsClient client, String pointer, int expected) {
    var frames = client.takeUntil(frame -> frame.at("/data" + pointer).asInt(-1) == expected);
    return frames.get(frames.size() - 1).get("data");
  }
}
