package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Pools;
import dev.boardcast.example.DeploysModule;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Visibility;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.JsonNumbers;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.SqlCounter;
import dev.boardcast.testing.TestBoardContext;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.sqlclient.Pool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.function.ThrowingConsumer;
import org.junit.jupiter.api.io.TempDir;

/**
 * Properties that hold for every board: the built-in ones, the one of ADD-A-BOARD, and those of
 * files, in one node.
 */
@TestInstance(Lifecycle.PER_CLASS)
class EveryBoardIT {
  /** A limit for each statement of a snapshot on few facts: the database cancels slower ones. */
  private static final int BUDGET_MILLIS = 1000;

  private static final Visibility WATCHERS = Visibility.parse("role:watch");
  private static final String WATCHER = Person.of("ann").with("watch").token();
  private static final String OTHER = Person.of("bob").with("ingest").token();
  private static final String ADMIN = Person.of("eve").with("admin").token();
  // Statements that a node runs without any reader: leases, lost hints, requests for recomputation,
  // the active board file, retention of the log, transactions that publish, which sources there
  // are (every two seconds in a cluster), alerts and messages that are due, the health of the
  // database.
  private static final Set<String> CHORES =
      Set.of(
          "lease",
          "node_heartbeat",
          "has_fresh",
          "board_recompute",
          "board_file",
          "event_retention",
          "event_part",
          "LISTEN boardcast_outbox",
          "AS name FROM source",
          "FROM alert_rule r",
          "FROM alert_delivery d",
          "UPDATE report_schedule",
          "FROM erasure WHERE finished_at IS NULL",
          "is_auditable");
  private static final String PROBE = "SELECT 1";

  private final SqlCounter sql = new SqlCounter();
  private final Vertx vertx = sql.vertx();
  private final Vertx own = Vertx.vertx();
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Pool pool = Pools.pool(own, db, "test", 2);
  private final WebClient web = WebClient.create(own);
  private final List<Board> boards = new ArrayList<>();
  private Boardcast node;

  @BeforeAll
  void aNodeWithAllOfThem(@TempDir Path directory) throws Exception {
    String example = Files.readString(Path.of("conf/boards/llm_spend.yaml.example"));
    // The minute may end during the test.
    Files.writeString(directory.resolve("a.yaml"), example.replace("clock: 1m", "clock: 1h"));
    Files.copy(
        Path.of("src/test/resources/boards/task_load.yaml"), directory.resolve("task_load.yaml"));
    String sales = Files.readString(Path.of("src/test/resources/boards/sales.yaml"));
    // The first day for which ranges are answered, as for the others.
    Files.writeString(
        directory.resolve("sales.yaml"), sales.replace("zone: Europe/Berlin", "zone: UTC"));
    var modules = new ArrayList<BoardModule>(Boards.BUILT_IN);
    modules.add(new DeploysModule());
    modules.addAll(Boards.ofFiles(directory));
    var local = TestOptions.local(db);
    node = Api.await(Boardcast.deploy(vertx, restricted(local), modules));
    for (BoardModule module : modules)
      module.board(new TestBoardContext(own, pool)).ifPresent(boards::add);
  }

  @AfterAll
  void close() {
    Api.await(node.close());
    Api.await(vertx.close());
    Api.await(own.close());
  }

  @Test
  void theirNamesAndTopicsAreUnique() {
    var names = new HashSet<String>();
    var topics = new HashSet<String>();
    for (Board board : boards) {
      assertTrue(names.add(board.name()), board.name());
      assertTrue(topics.add(board.topic()), board.topic());
    }
    assertEquals(9, boards.size());
  }

  @TestFactory
  Stream<DynamicNode> everyBoard() {
    return Stream.of(
        each("describes itself", this::describesItself),
        each("is hidden from who may not see it", this::isHidden),
        each("answers on an empty database", this::answers),
        dynamicTest("heartbeats cost no query", this::heartbeatsCostNoQuery),
        dynamicTest("facts are taken", this::facts),
        each("answers within its time, with facts", this::answers),
        each("shows what it describes, and nothing else", this::showsWhatItDescribes),
        each("tells of a range of time, or says that it cannot", this::ranges),
        each("has folded what a recomputation finds", this::foldEqualsRecomputation));
  }

  private void describesItself(Board board) {
    JsonNode list =
        Json.MAPPER.valueToTree(get("/api/v1/boards", WATCHER).bodyAsJsonArray().getList());
    JsonNode described = null;
    for (JsonNode each : list) if (each.get("name").asText().equals(board.name())) described = each;
    assertNotNull(described, "it is in the list");
    assertFalse(described.get("title").asText().isBlank());
    var paths = new HashSet<String>();
    for (JsonNode metric : described.get("metrics")) {
      assertTrue(paths.add(metric.get("path").asText()), metric + " is the only one");
      assertFalse(metric.get("label").asText().isBlank(), metric + " has a label");
      assertFalse(metric.get("unit").asText().isBlank(), metric + " has a unit");
      assertTrue(Set.of("gauge", "counter", "share").contains(metric.get("kind").asText()));
    }
    assertFalse(paths.isEmpty());
  }

  private void isHidden(Board board) {
    for (String token : new String[] {null, OTHER}) {
      int refused = token == null ? 401 : 403;
      String path = "/api/v1/boards/" + board.name();
      assertEquals(refused, get(path, token).statusCode());
      String metric = "?metric=" + board.metrics().get(0).path();
      assertEquals(refused, get(path + "/history" + metric, token).statusCode());
      assertFalse(get("/api/v1/boards", token).bodyAsString().contains('"' + board.name() + '"'));
      if (board.httpPath().isPresent()) {
        assertEquals(refused, get(board.httpPath().get(), token).statusCode());
      }
      try (var client = socket(board.topic(), token)) {
        String code = token == null ? "not_authenticated" : "forbidden";
        assertEquals(code, client.next("error").get("code").asText());
      }
    }
    String metric = "?metric=" + board.metrics().get(0).path();
    assertEquals(
        200, get("/api/v1/boards/" + board.name() + "/history" + metric, WATCHER).statusCode());
  }

  private void answers(Board board) {
    var answer = get("/api/v1/boards/" + board.name(), WATCHER);
    assertEquals(200, answer.statusCode());
    assertTrue(answer.bodyAsJsonObject().getValue("data") != null);
    try (var client = socket(board.topic(), WATCHER)) {
      assertTrue(client.next("metrics:update").get("data").isObject());
    }
    RawJson alone =
        Api.await(
            pool.withConnection(
                tx ->
                    tx.query(
                            "BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL statement_timeout = "
                                + BUDGET_MILLIS)
                        .execute()
                        .compose(begun -> board.snapshot(tx, Instant.now()))
                        .eventually(() -> tx.query("ROLLBACK").execute())));
    assertTrue(alone.text().startsWith("{"), alone.text());
  }

  private void heartbeatsCostNoQuery() {
    String topics = String.join(",", boards.stream().map(Board::topic).toList());
    try (var client = socket(topics, WATCHER)) {
      beats(client);
      Map<String, Long> before = sql.counts();
      for (int i = 0; i < 3; i++) beats(client);
      var asked = new TreeSet<String>();
      sql.counts()
          .forEach(
              (statement, count) -> {
                if (count > before.getOrDefault(statement, 0L)) asked.add(statement);
              });
      asked.remove(PROBE);
      asked.removeIf(statement -> CHORES.stream().anyMatch(statement::contains));
      assertEquals(Set.of(), asked);
    }
  }

  /** Waits until each board has sent another snapshot. */
  private void beats(WsClient client) {
    var waited = new HashSet<String>();
    boards.forEach(board -> waited.add(board.topic()));
    client.takeUntil(
        frame -> {
          if (WsClient.type(frame).equals("metrics:update"))
            waited.remove(frame.get("topic").asText());
          return waited.isEmpty();
        });
  }

  private void facts() {
    String topic = "{\"name\":\"network\",\"description\":\"Wires\"}";
    var made = Api.await(post("/api/v1/topics", OTHER, "application/json", topic));
    var facts = new BoardFacts(20260131, made.bodyAsJsonObject().getString("id"), "bob");
    facts
        .records()
        .forEach(
            (path, body) -> {
              String who = path.endsWith("/budgets") || path.endsWith("/rates") ? ADMIN : OTHER;
              taken(path, post(path, who, "application/json", body));
            });
    List<Runnable> answers = new ArrayList<>();
    for (int batch = 0; batch < 4; batch++) {
      facts
          .batches(100)
          .forEach(
              (path, body) -> {
                var answer = post(path, OTHER, "application/x-ndjson", body);
                answers.add(() -> taken(path, answer));
              });
    }
    String path = "/api/v1/boards/sales/facts";
    var sold = post(path, OTHER, "application/x-ndjson", sales());
    answers.add(() -> taken(path, sold));
    answers.forEach(Runnable::run);
  }

  private static String sales() {
    var lines = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      lines.append(
          "{\"site\":\"%d\",\"amount\":%d.25,\"status\":\"%s\",\"seconds\":%d}\n"
              .formatted(i % 15, i, i % 3 == 0 ? "open" : "paid", i * i));
    }
    return lines.toString();
  }

  private static void taken(String path, Future<HttpResponse<Buffer>> answer) {
    var taken = Api.await(answer);
    assertTrue(taken.statusCode() < 300, path + ": " + taken.bodyAsString());
    var body = taken.bodyAsJsonObject();
    if (body.containsKey("rejected")) assertEquals(0, body.getInteger("rejected"), path + body);
  }

  private void showsWhatItDescribes(Board board) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              JsonNode data =
                  Json.MAPPER
                      .readTree(get("/api/v1/boards/" + board.name(), WATCHER).bodyAsString())
                      .get("data");
              var shown = new TreeSet<String>();
              JsonNumbers.paths("", data, board.metrics(), shown);
              var described = new TreeSet<String>();
              board.metrics().forEach(metric -> described.add(metric.path()));
              assertEquals(described, shown);
            });
  }

  /** On both paths, within the time limit, for a range of all time. */
  private void ranges(Board board) throws Exception {
    String path = "/api/v1/boards/" + board.name();
    String query = "?from=1900-01-01&to=2200-01-01";
    var answer = get(path + query, WATCHER);
    if (board.ranges().isEmpty()) {
      assertEquals(400, answer.statusCode());
      assertTrue(answer.bodyAsString().contains("\"field\":\"from\""), answer.bodyAsString());
      return;
    }
    assertEquals(200, answer.statusCode(), answer.bodyAsString());
    JsonNode told = Json.MAPPER.readTree(answer.bodyAsString());
    assertTrue(JsonNumbers.count(told.get("data")) > 0, told.toString());
    assertFalse(told.has("version") || told.get("data").has("from"), told.toString());
    if (board.httpPath().isPresent()) rangeOnOwnPath(board.httpPath().get() + query, told);
    assertEquals(403, get(path + query, OTHER).statusCode());
    assertEquals(
        0, JsonNumbers.count(numbers(path + "?to=1901-01-01")), "nothing was in that time");
    for (String within : List.of("2026-01-31T00:00:00.001Z", "2026-01-31T00:10:00Z")) {
      assertEquals(400, get(path + "?to=" + within, WATCHER).statusCode());
    }
  }

  private void rangeOnOwnPath(String path, JsonNode told) throws Exception {
    var older = (ObjectNode) Json.MAPPER.readTree(get(path, WATCHER).bodyAsString());
    // The same members as the latest snapshot, after those of the range.
    var data = older.path("data").isObject() ? (ObjectNode) older.get("data") : older;
    assertEquals(told.get("from"), data.remove("from"));
    assertEquals(told.get("to"), data.remove("to"));
    assertNotNull(older.remove("timestamp"));
    assertEquals(told.get("data"), data);
  }

  private JsonNode numbers(String path) throws Exception {
    return Json.MAPPER.readTree(get(path, WATCHER).bodyAsString()).get("data");
  }

  private void foldEqualsRecomputation(Board board) {
    if (board.rollups().isEmpty()) return;
    String path = "/api/v1/admin/boards/" + board.name() + "/recompute";
    assertEquals(202, Api.await(post(path, ADMIN, "application/json", "")).statusCode());
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              var state = get(path, ADMIN).bodyAsJsonObject();
              assertNotNull(state.getString("finished_at"), state::encode);
              assertEquals(0, state.getInteger("wrong_rows"), state::encode);
            });
    for (String rollup : board.rollups()) {
      var rows = Api.await(pool.query("SELECT count(*) FROM " + rollup).execute());
      assertTrue(rows.iterator().next().getLong(0) > 0, rollup + " has rows");
    }
  }

  private DynamicNode each(String says, ThrowingConsumer<Board> check) {
    return dynamicContainer(
        says, boards.stream().map(board -> dynamicTest(board.name(), () -> check.accept(board))));
  }

  private HttpResponse<Buffer> get(String path, String token) {
    var request = web.get(node.httpPort(), "127.0.0.1", path);
    if (token != null) request.bearerTokenAuthentication(token);
    return Api.await(request.send());
  }

  private Future<HttpResponse<Buffer>> post(String path, String token, String type, String body) {
    return web.request(HttpMethod.POST, node.httpPort(), "127.0.0.1", path)
        .bearerTokenAuthentication(token)
        .putHeader("Content-Type", type)
        .sendBuffer(Buffer.buffer(body));
  }

  private WsClient socket(String topics, String token) {
    String uri = "ws://127.0.0.1:" + node.httpPort() + "/ws?topics=" + topics;
    Map<String, String> headers =
        token == null ? Map.of() : Map.of("Authorization", "Bearer " + token);
    return WsClient.connect(own, uri, headers, List.of());
  }

  private static BoardcastOptions restricted(BoardcastOptions local) {
    return local
        .set("metrics-min-interval", "100ms")
        .set("metrics-heartbeat", "500ms")
        // A busy machine may renew it late; a lease that was lost meanwhile would cause a fold.
        .set("metrics-lease-ttl", "10s")
        .visibility("*", WATCHERS);
  }
}
