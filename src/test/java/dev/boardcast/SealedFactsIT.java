package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.backup.Backup;
import dev.boardcast.database.backup.Restore;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.PostgresServer;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old facts are dropped by a node: nobody sees another number, and each fact counts once. */
class SealedFactsIT {
  private static final String ROBOT = Person.of("robot").with("ingest", "viewer", "admin").token();
  private static final String USER = "mara.quill@example.org";
  private static final Instant OLD =
      Instant.now().minus(20, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
  private static final String SALES =
      """
      version: 2
      name: sales
      title: Sales
      facts:
        site: text
        amount: decimal
        sold_at: time
      time: sold_at
      dimensions: [site]
      metrics:
        orders: {count: all, label: Orders}
        revenue: {sum: amount, window: 30d, label: Revenue}
        sites: {distinct: site, label: Sites}
        middle: {percentile: amount, rank: 50, label: Middle}
        latest: {last: amount, by: site, label: Latest}
      """;

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final WebClient web = WebClient.create(vertx);
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Sql sql = new Sql(db.postgresUri());
  private Boardcast node;

  @AfterEach
  void close() {
    if (node != null) Api.await(node.close());
    Api.await(vertx.close());
  }

  @Test
  void oldFactsAreDroppedAndStillCountOnce() throws Exception {
    Files.writeString(directory.resolve("sales.yaml"), SALES);
    start(db);
    for (int i = 0; i < 3; i++) {
      add("/routing/decisions", decision(i, OLD));
      add("/api/v1/boards/sales/facts", sale(i, OLD));
      add("/api/v1/messages", message(i, OLD));
      add("/api/v1/analytics/views", view(i, OLD));
    }
    post("/routing/decisions", decision(7, Instant.now()));
    post("/api/v1/boards/sales/facts", sale(7, Instant.now()));
    post("/api/v1/analytics/views", view(7, Instant.now()));
    awaitData("routing", "/total_decisions", "4");
    awaitData("sales", "/orders", "4");
    awaitData("platform", "/content/totalViews", "4");
    var before = numbers();

    restart();
    awaitDropped("routing_decision", 3);
    awaitDropped("sales_fact", 3);
    awaitDropped("platform_view", 3);
    awaitDropped("analysis_message", 3);
    assertEquals(List.of("1"), sql.column("SELECT count(*) FROM routing_decision"));
    recompute("routing", "sales", "platform", "analysis");
    assertEquals(before, numbers());

    // The same facts again, and others of that time: named, and nothing changes.
    assertRefused("/routing/decisions", decision(1, OLD), "decided_at");
    assertRefused("/api/v1/boards/sales/facts", sale(1, OLD), "sold_at");
    assertRefused("/api/v1/messages", message(1, OLD), "sent_at");
    assertRefused("/api/v1/analytics/views", view(8, OLD.minusSeconds(1)), "viewed_at");
    JsonNode some =
        Json.MAPPER.readTree(
            post(
                    "/routing/decisions",
                    "[%s,%s,%s]"
                        .formatted(
                            decision(1, OLD),
                            decision(9, Instant.now()),
                            decision(7, Instant.now())))
                .bodyAsString());
    assertEquals(1, some.path("accepted").asInt(), some::toString);
    assertEquals(1, some.path("duplicate").asInt(), some::toString);
    assertEquals(1, some.path("rejected").asInt(), some::toString);
    assertEquals(1, some.at("/errors/0/line").asInt(), some::toString);
    awaitData("routing", "/total_decisions", "5");

    String day = OLD.toString().substring(0, 10);
    var funnel =
        get(
            "/api/v1/analytics/funnel?steps=view,cart&from="
                + day
                + "&to="
                + LocalDate.parse(day).plusDays(2));
    assertEquals(400, funnel.statusCode(), funnel.bodyAsString());
    assertTrue(funnel.bodyAsString().contains("older views were dropped"), funnel.bodyAsString());

    var page = get("/api/v1/boards/routing/facts?metric=total_decisions");
    assertNotNull(page.getHeader("Rows-From"), page.bodyAsString());
    assertTrue(
        page.bodyAsString().contains("\"rows_from\":\"" + OLD.plusMillis(1)), page.bodyAsString());
    String today = "&from=" + Instant.now().minus(1, ChronoUnit.DAYS);
    var later = get("/api/v1/boards/routing/facts?metric=total_decisions" + today);
    assertEquals(null, later.getHeader("Rows-From"), later.bodyAsString());

    erase();
    assertEquals(
        List.of("0"),
        sql.column(
            "SELECT count(*) FROM sealed_routing_usage u WHERE strpos(u::text, '"
                + USER
                + "') > 0"));
    before = numbers();
    restored(before);
    metricsOfOtherSumsAreRefused();
  }

  /** On another server the numbers are the same, and old facts are refused. */
  private void restored(Map<String, String> before) throws Exception {
    Path file = directory.resolve("backup.zip");
    Backup.write(db, file);
    Api.await(node.close());
    try (var other = PostgresServer.start(directory.resolve("other"))) {
      var target = DatabaseConfig.at(other.uri(), Services.get().freshDatabase().redisUri());
      Restore.read(target, List.of(), file);
      start(target);
      awaitData("routing", "/total_decisions", "5");
      awaitData("sales", "/orders", "4");
      assertEquals(before, numbers());
      assertRefused("/routing/decisions", decision(1, OLD), "decided_at");
      Api.await(node.close());
      node = null;
    }
  }

  private void metricsOfOtherSumsAreRefused() throws Exception {
    Files.writeString(
        directory.resolve("sales.yaml"), SALES + "  most: {max: amount, label: Most}\n");
    var refused = assertThrows(Exception.class, () -> start(db));
    assertTrue(refused.getMessage().contains("facts-keep"), refused.toString());
    Files.writeString(directory.resolve("sales.yaml"), SALES.replace("Orders}", "All orders}"));
    start(db);
    awaitData("sales", "/orders", "4");
  }

  private void start(DatabaseConfig database) throws Exception {
    var boards = new ArrayList<BoardModule>(Boards.BUILT_IN);
    boards.addAll(Boards.ofFiles(directory));
    node =
        Boardcast.deploy(
                vertx,
                TestOptions.local(database).set("facts-keep", "14d").set("audit-every", "1s"),
                boards)
            .await(60, java.util.concurrent.TimeUnit.SECONDS);
  }

  private void restart() throws Exception {
    Api.await(node.close());
    start(db);
  }

  private static String decision(int id, Instant at) {
    return """
        {"strategy":"s%1$d","provider":"p","cost":1.25,"latency_ms":1%1$d,"user":"%2$s",
         "decided_at":"%3$s","event_id":"d%1$d"}"""
        .formatted(id, USER, at);
  }

  private static String sale(int id, Instant at) {
    return "{\"site\":\"a%1$d\",\"amount\":%1$d.50,\"sold_at\":\"%2$s\",\"event_id\":\"s%1$d\"}"
        .formatted(id, at);
  }

  private static String message(int id, Instant at) {
    return "{\"noise\":true,\"sent_at\":\"%2$s\",\"event_id\":\"m%1$d\"}".formatted(id, at);
  }

  private static String view(int id, Instant at) {
    return "{\"content_id\":\"c\",\"user_id\":\"u%1$d\",\"viewed_at\":\"%2$s\",\"event_id\":\"v%1$d\"}"
        .formatted(id, at);
  }

  private void add(String path, String fact) {
    var answer = post(path, fact);
    assertEquals(201, answer.statusCode(), answer::bodyAsString);
  }

  private void assertRefused(String path, String fact, String field) throws Exception {
    var answer = post(path, fact);
    assertEquals(400, answer.statusCode(), answer.bodyAsString());
    JsonNode error = Json.MAPPER.readTree(answer.bodyAsString()).at("/errors/0");
    assertEquals(field, error.path("field").asText(), answer.bodyAsString());
    assertTrue(error.path("expected").asText().contains("sealed"), answer.bodyAsString());
  }

  private void awaitDropped(String facts, int rows) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertEquals(
                    List.of(Integer.toString(rows)),
                    sql.column("SELECT dropped FROM fact_seal WHERE facts = '" + facts + "'")));
  }

  private void awaitData(String board, String pointer, String expected) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertEquals(
                    expected,
                    latest(board).at("/data" + pointer).asText(),
                    latest(board)::toString));
  }

  /** Current metrics, but those that time alone changes. */
  private Map<String, String> numbers() throws Exception {
    var numbers = new TreeMap<String, String>();
    numbers.put("routing", latest("routing").path("data").toString());
    numbers.put("sales", latest("sales").path("data").toString());
    numbers.put("platform", latest("platform").at("/data/content").toString());
    String range =
        "?from="
            + OLD.minus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.DAYS)
            + "&to="
            + OLD.plus(2, ChronoUnit.DAYS).truncatedTo(ChronoUnit.DAYS);
    for (String board : List.of("routing", "sales", "platform", "analysis")) {
      var read = get("/api/v1/boards/" + board + range);
      assertEquals(200, read.statusCode(), read.bodyAsString());
      numbers.put(
          board + " then", Json.MAPPER.readTree(read.bodyAsString()).path("data").toString());
    }
    numbers.replaceAll((name, text) -> text.replaceAll("erased-[0-9a-f]+", USER));
    return numbers;
  }

  /** Recomputes boards; no row was wrong. */
  private void recompute(String... boards) {
    for (String board : boards) {
      String path = "/api/v1/admin/boards/" + board + "/recompute";
      assertEquals(202, post(path, "").statusCode());
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertEquals(
                      "0",
                      Json.MAPPER.readTree(get(path).bodyAsString()).path("wrong_rows").asText(),
                      board));
    }
  }

  private void erase() throws Exception {
    var asked = post("/api/v1/admin/erasures", "{\"user\":\"" + USER + "\"}");
    assertEquals(202, asked.statusCode(), asked.bodyAsString());
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertEquals(
                    List.of("t"),
                    sql.column("SELECT bool_and(finished_at IS NOT NULL) FROM erasure")));
    assertEquals(List.of("0"), sql.column("SELECT count(*) FROM board_audit WHERE wrong_rows > 0"));
  }

  private JsonNode latest(String board) throws Exception {
    return Json.MAPPER.readTree(get("/api/v1/boards/" + board).bodyAsString());
  }

  private HttpResponse<Buffer> get(String path) {
    return Api.await(
        web.get(node.httpPort(), "127.0.0.1", path).bearerTokenAuthentication(ROBOT).send());
  }

  private HttpResponse<Buffer> post(String path, String body) {
    var request = web.post(node.httpPort(), "127.0.0.1", path).bearerTokenAuthentication(ROBOT);
    return Api.await(
        body.isEmpty()
            ? request.send()
            : request
                .putHeader("Content-Type", "application/json")
                .sendBuffer(Buffer.buffer(body)));
  }
}
