package dev.boardcast.docs;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boardcast.Boardcast;
import dev.boardcast.Boards;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node behaves as README, GUIDE, PROTOCOL and OPERATIONS show. */
class ReadmeIT {
  private static final Path OPERATIONS = Docs.HOME.resolve("OPERATIONS.md");
  private static final Path PROTOCOL = Docs.HOME.resolve("PROTOCOL.md");
  private static final String TOKEN = Person.of("ann", "plants").with("ingest", "publish").token();
  private static final String WITH_SOCKETS = "--experimental-websocket";

  private static final Vertx VERTX = Vertx.vertx();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static DatabaseConfig db;
  private static Boardcast node;

  @BeforeAll
  static void start() {
    db = Services.get().freshDatabase();
    var config = TestOptions.local(db);
    node = Api.await(Boardcast.deploy(VERTX, config, Boards.BUILT_IN));
  }

  @AfterAll
  static void stop() {
    Api.await(node.close());
    Api.await(VERTX.close());
  }

  @Test
  void whatIsAskedWithCurlIsAnsweredInTheShapeThatIsShown() {
    int checked = 0;
    for (Path file : List.of(Docs.README, Docs.GUIDE, OPERATIONS)) {
      var blocks = Docs.blocks(file);
      for (int i = 0; i + 1 < blocks.size(); i++) {
        String command = blocks.get(i).text();
        if (!command.startsWith("curl") || !blocks.get(i + 1).language().equals("json")) continue;
        String shape = Shape.of(blocks.get(i + 1).text());
        if (command.contains("--json")) {
          assertEquals(shape, Shape.of(answer(command)), command);
        } else {
          // The metrics follow within a second.
          await()
              .atMost(Duration.ofSeconds(10))
              .untilAsserted(() -> assertEquals(shape, Shape.of(answer(command)), command));
        }
        checked++;
      }
    }
    assertEquals(6, checked);
  }

  @Test
  void theErrorsInTheProtocolAreWordForWordThoseOfTheNode() {
    var shown =
        Docs.blocks(PROTOCOL).stream().filter(block -> block.source().equals("http")).toList();
    String bad = "{\"strategy\":\"hybrid\",\"provider\":\"gemini\",\"cost\":-1}";
    String good = bad.replace("-1", "0");

    assertEquals(2, shown.size());
    // Each request has another id.
    String id = "\"request_id\":\"[^\"]+\"";
    assertEquals(
        shown.get(0).text().replaceFirst(id, "…"),
        post("/routing/decisions", bad).replaceFirst(id, "…"));
    assertEquals(shown.get(1).text(), post("/routing/decisions", "[" + good + "," + bad + "]"));
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void theSubscriberInCurlPrintsWhatIsShown() throws Exception {
    var blocks = Docs.blocks(Docs.README);
    String publish = block(blocks, "curl -s http://127.0.0.1:8080/api/v1/streams/");
    assertTrue(publish.contains("d-1"), publish);
    var follow = Curl.parse(block(blocks, "curl -sN "), Map.of());
    var shown = Docs.only(Docs.README, "text").lines().map(ReadmeIT::data).map(Shape::of).toList();

    var request = HttpRequest.newBuilder(uri(follow.path())).timeout(Duration.ofSeconds(15));
    var response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofLines());
    var seen = new ArrayList<String>();
    try (Stream<String> lines = response.body()) {
      for (var each = lines.iterator(); seen.size() < shown.size(); ) {
        String line = each.next();
        if (!line.startsWith("data: ")) continue;
        seen.add(Shape.of(data(line)));
        // An id of its own: another test may have published the one that is shown.
        if (seen.size() == shown.size() - 1) answer(publish.replace("d-1", "d-2"));
      }
    }
    assertEquals(shown, seen);
  }

  private static String block(List<Docs.Block> blocks, String start) {
    return blocks.stream()
        .map(Docs.Block::text)
        .filter(text -> text.startsWith(start))
        .findFirst()
        .orElseThrow();
  }

  private static String data(String line) {
    return line.substring("data: ".length());
  }

  @Test
  void theClientInPythonPrintsWhatIsShown() throws Exception {
    var script = Scripts.file("watch.py", "python");
    assumeTrue(Scripts.runs("python3", "--version"), "no python3 here");
    String url = "ws://127.0.0.1:" + node.httpPort() + "/ws?topics=tasks";
    try (var client = new Scripts.Running(List.of("python3", script.toString(), url, TOKEN))) {
      var seen = client.until("{\"type\":\"subscribed\"");
      newTask();
      seen.addAll(client.until("{\"type\":\"task_created\""));

      assertEquals(shownAfter("python").map(Shape::of).toList(), shapes(seen));
    }
  }

  @Test
  void theClientInJavaScriptPrintsWhatIsShownAndComesBack() throws Exception {
    String script = Scripts.file("watch.mjs", "js").toString();
    assumeTrue(Scripts.runs("node", WITH_SOCKETS, "--version"), "no node with WebSocket here");
    String url = "ws://127.0.0.1:" + node.gatewayPort();
    try (var client = new Scripts.Running(List.of("node", WITH_SOCKETS, script, url, TOKEN))) {
      var seen = client.until("subscribed tasks");
      newTask();
      seen.addAll(client.until("task_created"));

      var shown = shownAfter("js").map(ReadmeIT::withoutNumbers).collect(Collectors.toSet());
      seen.forEach(line -> assertTrue(shown.contains(withoutNumbers(line)), line));
    }
  }

  @Test
  void everyMeterOfOursIsListedAndEveryListedOneExists() {
    var told = new TreeSet<String>();
    Pattern.compile("^# HELP (boardcast_\\w+?)(?:_max)? ", Pattern.MULTILINE)
        .matcher(get("/metrics"))
        .results()
        .forEach(meter -> told.add(meter.group(1)));
    // With TLS only, and after the first refusal: CertificateReloadIT, MemoryFillerIT.
    told.add("boardcast_tls_certificate_expiry_seconds");
    told.add("boardcast_limit_refusals_total");
    // After the first request and the first fact: PrometheusRulesIT.
    told.add("boardcast_http_requests_total");
    told.add("boardcast_http_request_seconds");
    told.add("boardcast_facts_received_total");
    // In a cluster only: ClosedRegistryIT.
    told.add("boardcast_cluster_classes_refused_total");
    // With a source only, and in the mode without servers only: SourceBoardIT, BroadcastIT.
    for (String name : List.of("up", "drift_facts", "pending_bytes", "count_progress")) {
      told.add("boardcast_source_" + name);
    }
    // With a board with parameters only: PartMetersIT.
    for (String name : List.of("parts", "parts_computed", "part_requests_total")) {
      told.add("boardcast_board_" + name);
    }
    told.addAll(List.of("boardcast_broadcast_shards", "boardcast_broadcast_events"));

    assertEquals(
        told,
        Docs.rows(OPERATIONS).stream()
            .filter(row -> row.size() == 3)
            .map(row -> row.get(0))
            .filter(cell -> cell.startsWith("boardcast_"))
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void theStatementsForOperatorsRun() throws Exception {
    var sql = Docs.blocks(OPERATIONS).stream().filter(b -> b.language().equals("sql")).toList();
    assertTrue(sql.size() > 1, "none were found");
    for (var block : sql) {
      for (String statement : block.text().split("\n\n")) {
        new Sql(db.postgresUri()).run(statement);
      }
    }
  }

  private static void newTask() {
    post("/api/v1/tasks", "{\"title\":\"Water the plants\",\"team_id\":\"plants\"}");
  }

  /** The lines of the block after the guide's only block of that language. */
  private static Stream<String> shownAfter(String language) {
    var blocks = Docs.blocks(Docs.GUIDE);
    for (int i = 0; i + 1 < blocks.size(); i++) {
      if (blocks.get(i).language().equals(language)) {
        return blocks.get(i + 1).text().lines().map(String::stripTrailing);
      }
    }
    throw new AssertionError("no block " + language);
  }

  private static List<String> shapes(List<String> lines) {
    return lines.stream().map(Shape::of).toList();
  }

  private static String withoutNumbers(String line) {
    return line.replaceAll("\\d+", "#");
  }

  private static String answer(String command) {
    var curl = Curl.parse(command, Map.of("TOKEN", TOKEN));
    return send(curl.path(), curl.headers(), curl.body());
  }

  private static String post(String path, String json) {
    return send(
        path, Map.of("Authorization", "Bearer " + TOKEN, "Content-Type", "application/json"), json);
  }

  private static String get(String path) {
    return send(path, Map.of(), null);
  }

  private static URI uri(String path) {
    return URI.create("http://127.0.0.1:" + node.httpPort() + path);
  }

  private static String send(String path, Map<String, String> headers, String body) {
    var request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(15));
    headers.forEach(request::header);
    if (body != null) request.POST(HttpRequest.BodyPublishers.ofString(body));
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    } catch (Exception failure) {
      throw new AssertionError(path, failure);
    }
  }
}
