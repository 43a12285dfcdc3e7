package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.example.DeploysModule;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Boards of files of version 2 on a node. */
class DeclaredFileIT {
  private static final String ROBOT = Person.of("robot").with("ingest").token();
  private static final String SALES =
      """
      version: 2
      name: sales
      title: Sales
      facts:
        site: {type: text, required: false}
        amount: {type: decimal, min: -1000, max: 1000}
        status: {type: text, values: [paid, open]}
        order: {type: integer, required: false}
        first: {type: boolean, required: false}
        shipped: {type: time, required: false}
        at: time
      time: at
      dimensions: [site]
      metrics:
        orders: {count: all, label: Orders}
        revenue.total: {sum: amount, where: status = 'paid', label: Revenue, currency: EUR, decimals: 2, direction: up, target: 50, thresholds: {low: 20, none: 0}}
        revenue.today: {sum: amount, where: status = 'paid', window: today, label: Today, currency: EUR, decimals: 2}
        recent: {count: all, window: 15m, label: Recent}
        by_site: {sum: amount, by: site, top: 2, label: By site}
      """;

  private static final String MORE =
      """
        paid: {count: all, where: status = 'paid', label: Paid}
        share: {ratio: [paid, orders], unit: percent, label: Share}
        mean: {avg: amount, label: Mean}
        different: {distinct: '"order"', label: Different orders}
        highest: {max: amount, label: Highest}
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
  void nodesThatStartTogetherMakeTheTableOfANewFileOnce() throws Exception {
    for (int round = 0; round < 8; round++) {
      write("sales.yaml", SALES.replace("name: sales", "name: sales" + round));
      List<Future<Boardcast>> starting = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        starting.add(Boardcast.deploy(vertx, TestOptions.local(db), Boards.ofFiles(directory)));
      }
      try {
        Api.await(Future.join(starting));
      } finally {
        for (var each : starting) if (each.succeeded()) Api.await(each.result().close());
      }
    }
  }

  @Test
  void factsOfAllFormsAreCheckedStoredOnceAndCounted() throws Exception {
    write("sales.yaml", SALES);
    node = start();
    var first = post("{\"amount\":10.50,\"status\":\"paid\",\"site\":\"a\",\"event_id\":\"e1\"}");
    assertEquals(201, first.statusCode(), first.bodyAsString());
    var again = post("{\"amount\":10.50,\"status\":\"paid\",\"site\":\"a\",\"event_id\":\"e1\"}");
    assertEquals(200, again.statusCode(), again.bodyAsString());
    var array =
        post(
            """
            [{"amount":1,"status":"paid","site":"b","order":7,"first":true,
              "shipped":"2026-01-01T00:00:00Z","at":"2026-01-02T10:00:00Z"},
             {"amount":2,"status":"open","site":null},
             {"amount":"2","status":"gone","site":7,"extra":1}]""");
    assertEquals(200, array.statusCode());
    var summary = Json.MAPPER.readTree(array.bodyAsString());
    assertEquals(2, summary.get("accepted").asInt(), array.bodyAsString());
    assertEquals(1, summary.get("rejected").asInt());
    assertEquals(3, summary.at("/errors/0/line").asInt());
    var lines =
        send(
            "/api/v1/boards/sales/facts",
            "application/x-ndjson",
            "{\"amount\":3,\"status\":\"paid\",\"site\":\"c\"}\nnot json\n{\"status\":\"paid\"}\n");
    assertEquals(1, Json.MAPPER.readTree(lines.bodyAsString()).get("accepted").asInt());
    assertEquals(2, Json.MAPPER.readTree(lines.bodyAsString()).get("rejected").asInt());

    awaitData("sales", "/orders", "4");
    JsonNode data = latest("sales").get("data");
    assertTrue(
        get("/api/v1/boards/sales").contains("\"revenue\":{\"total\":14.50,\"today\":13.50}"));
    assertEquals("3", data.get("recent").asText());
    assertEquals("{\"a\":10.5,\"c\":3,\"other\":3}", data.get("by_site").toString());
    assertEquals("{\"revenue.total\":\"low\"}", data.get("states").toString());
    JsonNode range = json("/api/v1/boards/sales?from=2026-01-02&to=2026-01-03").get("data");
    assertEquals("1", range.get("orders").asText());
    assertEquals("{\"b\":1}", range.get("by_site").toString());
    JsonNode description = json("/api/v1/boards");
    assertTrue(description.toString().contains("\"thresholds\":[{\"state\":\"low\",\"at\":20}"));
    awaitHistory("/api/v1/boards/sales/history?metric=by_site.*", ",10.5]");
    assertTrue(
        get("/api/v1/boards/sales/history?metric=orders&format=csv").contains("orders"),
        get("/api/v1/boards/sales/history?metric=orders&format=csv"));
  }

  @Test
  void theFactsOfAMetricMakeIt() throws Exception {
    write("sales.yaml", SALES + MORE);
    node = start();
    post(
        """
        [{"amount":10.50,"status":"paid","site":"a","event_id":"e1","at":"2026-01-02T10:00:00Z"},
         {"amount":3,"status":"paid","site":"a","order":7},
         {"amount":4,"status":"open","site":"a","order":7},
         {"amount":5,"status":"paid","order":8}]""");
    awaitData("sales", "/orders", "4");
    assertFacts("orders", "count", "4,5,3,10.5");
    assertFacts("revenue.total", "sum _value", "5,3,10.5");
    assertFacts("revenue.today", "sum _value", "5,3");
    assertFacts("recent", "count", "4,5,3");
    assertFacts("by_site.*&key=a", "sum _value", "4,3,10.5");
    assertFacts("by_site.*&key=none", "sum _value", "5");
    assertFacts("mean", "mean _value", "4,5,3,10.5");
    assertFacts("different", "distinct _value", "4,5,3");
    assertFacts("highest", "other", "4,5,3,10.5");
    assertFacts("orders&from=2026-01-02&to=2026-01-03", "count", "10.5");
    String refused = "a metric with facts, which share has not: it is paid divided by orders";
    assertTrue(facts("share").toString().contains(refused), facts("share").toString());
    JsonNode newest = facts("highest&limit=1");
    assertEquals("the greatest value", newest.at("/aggregate/note").asText());
    assertEquals(5, newest.at("/facts/0/_value").asInt());
    assertTrue(names(newest).startsWith("[at, site, amount, status,"), names(newest));
  }

  private void assertFacts(String metric, String aggregate, String amounts) throws Exception {
    JsonNode page = facts(metric);
    var read = new ArrayList<String>();
    for (JsonNode fact : page.path("facts")) read.add(fact.get("amount").asText());
    var expected = new ArrayList<>(List.of(amounts.split(",")));
    read.sort(null);
    expected.sort(null);
    assertEquals(expected, read, page::toString);
    JsonNode made = page.get("aggregate");
    assertEquals(
        aggregate, (made.get("kind").asText() + " " + made.at("/columns/0").asText()).trim());
  }

  private static String names(JsonNode page) {
    var names = new ArrayList<String>();
    page.at("/facts/0").fieldNames().forEachRemaining(names::add);
    return names.toString();
  }

  private JsonNode facts(String query) throws Exception {
    return facts("sales", query);
  }

  private JsonNode facts(String board, String query) throws Exception {
    var answer =
        Api.await(
            web.get(
                    node.httpPort(),
                    "127.0.0.1",
                    "/api/v1/boards/" + board + "/facts?metric=" + query)
                .putHeader("Authorization", "Bearer " + Person.of("vera").with("viewer").token())
                .send());
    return Json.MAPPER.readTree(answer.bodyAsString());
  }

  @Test
  void aWrongFieldIsNamedWithWhatIsExpected() throws Exception {
    write("sales.yaml", SALES);
    node = start();
    assertRefused("{}", "amount: expected a number from -1000 to 1000 with at most 30 digits");
    assertRefused("{\"amount\":1001,\"status\":\"paid\"}", "amount: expected a number from -1000");
    assertRefused("{\"amount\":1e-31,\"status\":\"paid\"}", "amount: expected a number from");
    assertRefused("{\"amount\":1,\"status\":\"gone\"}", "status: expected one of paid, open");
    String fact = "{\"amount\":1,\"status\":\"paid\",%s}";
    assertRefused(fact.formatted("\"extra\":1"), "extra: expected no such field, but site,");
    assertRefused(fact.formatted("\"order\":1.5"), "order: expected a whole number, or none");
    assertRefused(
        fact.formatted("\"order\":99999999999999999999"),
        "order: expected a whole number, or none");
    assertRefused(fact.formatted("\"first\":1"), "first: expected true or false, or none");
    assertRefused(fact.formatted("\"shipped\":5"), "shipped: expected an ISO 8601 time");
    assertRefused(fact.formatted("\"at\":\"2199-01-01T00:00:00Z\""), "at: expected an ISO 8601");
    assertRefused(fact.formatted("\"at\":\"2026-01-01\""), "at: expected an ISO 8601 time such");
    assertRefused(fact.formatted("\"site\":\"\\u0000\""), "site: expected a string of at most");
    assertRefused(fact.formatted("\"event_id\":\"\""), "event_id: expected a string of 1 to 200");
    assertRefused("\"text\"", "body: expected a JSON object");
    String unknown =
        IntStream.range(0, 3_000).mapToObj("\"f%d\":1"::formatted).collect(Collectors.joining(","));
    var many = post("{" + unknown + "}");
    assertEquals(400, many.statusCode());
    assertTrue(many.body().length() < 3_000, many.body().length() + " bytes");
    var elsewhere = send("/api/v1/boards/routing/facts", "application/json", "{}");
    assertEquals(404, elsewhere.statusCode(), elsewhere.bodyAsString());
    assertEquals(List.of("0"), sql.column("SELECT count(*) FROM sales_fact"));
    assertEquals(401, anonymous().statusCode());
  }

  @Test
  void aChangedFileIsPutInForceWithoutARestartAndABadOneIsNot() throws Exception {
    write("sales.yaml", SALES);
    node = start();
    post("{\"amount\":5,\"status\":\"paid\",\"site\":\"a\"}");
    awaitData("sales", "/orders", "1");
    // A bad file: what was in force stays.
    write("sales.yaml", SALES.replace("sum: amount, by", "sum: amounts, by"));
    post("{\"amount\":6,\"status\":\"open\",\"site\":\"a\"}");
    awaitData("sales", "/orders", "2");
    write(
        "sales.yaml",
        SALES
            .replace("  at: time\n", "  at: time\n  note: {type: text, required: false}\n")
            .replace("orders: {count: all", "orders: {count: all, where: status = 'open'")
            .replace("label: Recent", "label: Lately"));
    awaitData("sales", "/orders", "1");
    assertTrue(get("/api/v1/boards").contains("\"Lately\""));
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> post("{\"amount\":1,\"status\":\"open\",\"note\":\"new\"}").statusCode() == 201);
    awaitData("sales", "/orders", "2");
    assertEquals(List.of("3"), sql.column("SELECT count(*) FROM sales_fact"));
    // The tables of before are gone.
    assertEquals(
        List.of("2"), sql.column("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'sales_r%'"));
  }

  @Test
  void aFileAndABoardInJavaThatSayTheSameShowTheSame() throws Exception {
    write(
        "twin.yaml",
        """
        version: 2
        name: twin
        title: Twin
        facts:
          service: text
          succeeded: boolean
          seconds: {type: decimal, min: 0}
          finished_at: time
        time: finished_at
        dimensions: [service]
        metrics:
          total: {count: all, label: Deployments}
          failed: {count: all, where: NOT succeeded, label: Failed}
          failure_rate: {ratio: [failed, total], unit: percent, decimals: 2, label: Failures}
          mean_seconds: {avg: seconds, unit: seconds, decimals: 3, label: Mean}
          by_service: {count: all, by: service, label: By service}
        """);
    node = start(new DeploysModule());
    for (int i = 0; i < 30; i++) {
      String fact =
          "{\"service\":\"s%d\",\"succeeded\":%b,\"seconds\":%d.5,\"finished_at\":\"%s\"}"
              .formatted(
                  i % 4,
                  i % 7 != 0,
                  i,
                  Instant.parse("2026-03-01T00:10:00Z").plusSeconds(i * 3601L));
      assertEquals(201, send("/deploys", "application/json", fact).statusCode());
      assertEquals(201, send("/api/v1/boards/twin/facts", "application/json", fact).statusCode());
    }
    awaitData("deploys", "/total", "30");
    awaitData("twin", "/total", "30");
    assertSame(latest("deploys"), latest("twin"));
    String range = "?from=2026-03-01T05:00:00Z&to=2026-03-02T03:00:00Z";
    assertSame(json("/api/v1/boards/deploys" + range), json("/api/v1/boards/twin" + range));
    for (String facts :
        List.of(
            "total",
            "mean_seconds",
            "by_service.*",
            "by_service.*&key=s1",
            "by_service.*&key=s9")) {
      assertEquals(factsOf("deploys", facts), factsOf("twin", facts), facts);
      String ranged = facts + range.replace('?', '&');
      assertEquals(factsOf("deploys", ranged), factsOf("twin", ranged), ranged);
    }
    assertEquals(30, factsOf("twin", "total").size());
  }

  /** What both boards have in their facts. */
  private List<String> factsOf(String board, String query) throws Exception {
    var read = new ArrayList<String>();
    for (JsonNode fact : facts(board, query).path("facts")) {
      read.add(
          fact.get("finished_at")
              + " "
              + fact.get("service")
              + " "
              + fact.get("succeeded")
              + " "
              + fact.get("seconds").decimalValue().stripTrailingZeros().toPlainString());
    }
    return read;
  }

  private static void assertSame(JsonNode java, JsonNode file) {
    for (String metric : List.of("total", "failure_rate", "mean_seconds")) {
      assertEquals(
          0,
          java.get("data")
              .get(metric)
              .decimalValue()
              .compareTo(file.get("data").get(metric).decimalValue()),
          metric + " of " + java + " and " + file);
    }
    var services = java.get("data").get("by_service");
    assertEquals(4, services.size());
    assertEquals(4, file.get("data").get("by_service").size());
    services
        .properties()
        .forEach(
            each ->
                assertEquals(
                    each.getValue(), file.get("data").get("by_service").get(each.getKey())));
  }

  private void assertRefused(String fact, String expected) {
    var answer = post(fact);
    assertEquals(400, answer.statusCode(), fact + answer.bodyAsString());
    String detail = answer.bodyAsJsonObject().getString("detail");
    assertTrue(detail.startsWith(expected), fact + " " + detail);
  }

  private Boardcast start(BoardModule... more) {
    var boards = new ArrayList<BoardModule>(Boards.BUILT_IN);
    boards.addAll(List.of(more));
    boards.addAll(Boards.ofFiles(directory));
    return Api.await(Boardcast.deploy(vertx, TestOptions.local(db), boards));
  }

  private void write(String file, String text) throws Exception {
    Files.writeString(directory.resolve(file), text);
  }

  private HttpResponse<Buffer> post(String fact) {
    return send("/api/v1/boards/sales/facts", "application/json", fact);
  }

  private HttpResponse<Buffer> send(String path, String type, String body) {
    return Api.await(
        web.post(node.httpPort(), "127.0.0.1", path)
            .bearerTokenAuthentication(ROBOT)
            .putHeader("Content-Type", type)
            .sendBuffer(Buffer.buffer(body)));
  }

  private HttpResponse<Buffer> anonymous() {
    return Api.await(
        web.post(node.httpPort(), "127.0.0.1", "/api/v1/boards/sales/facts")
            .putHeader("Content-Type", "application/json")
            .sendBuffer(Buffer.buffer("{}")));
  }

  private void awaitData(String board, String pointer, String expected) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertEquals(expected, latest(board).at("/data" + pointer).asText()));
  }

  private void awaitHistory(String path, String point) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> get(path).contains(point));
  }

  private JsonNode latest(String board) throws Exception {
    return json("/api/v1/boards/" + board);
  }

  private JsonNode json(String path) throws Exception {
    return Json.MAPPER.readTree(get(path));
  }

  private String get(String path) {
    return Api.await(web.get(node.httpPort(), "127.0.0.1", path).send()).bodyAsString();
  }
}
