package dev.boardcast.boards.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.Boardcast;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The board on a whole node. */
class PlatformReadIT {
  private static final String PATH = "/api/v1/analytics/realtime-metrics";
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final String SENDER = Person.of("sender").with("ingest").token();

  private static Vertx vertx;
  private static WebClient client;
  private static Boardcast node;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    client = WebClient.create(vertx);
    var config = TestOptions.local(Services.get().freshDatabase());
    var euros = config.set("platform-zone", BERLIN.getId()).set("platform-currency", "EUR");
    node = Folding.await(Boardcast.deploy(vertx, euros, List.of(new PlatformModule())));
  }

  @AfterAll
  static void stop() throws Exception {
    Folding.await(node.close());
    Folding.await(vertx.close());
  }

  @Test
  void everyPathShowsTheSameMetrics() throws Exception {
    try (var older = WsClient.connect(vertx, ws("/ws/metrics/platform"));
        var named = WsClient.connect(vertx, ws("/ws/metrics?board=platform"))) {
      JsonNode first = older.next();
      assertEquals("metrics", first.get("type").asText());
      assertEquals(2, first.size());
      assertEquals(0, first.at("/data/transactions/total").asInt());
      post("views", "{\"content_id\":\"c\",\"user_id\":\"ann\"}\n{\"content_id\":\"c\"}");
      post("activity", "{\"user_id\":\"bob\"}");
      post(
          "transactions",
          """
          {"transaction_id":"a","user_id":"ann","amount":10.505,"currency":"EUR","status":"completed"}
          {"transaction_id":"b","user_id":"cyd","amount":-3,"status":"completed"}
          {"transaction_id":"c","amount":5,"status":"pending"}
          {"transaction_id":"d","amount":5,"status":"failed","occurred_at":"2020-01-01T00:00:00Z"}
          {"transaction_id":"e","amount":1e3,"status":"completed","occurred_at":"2020-01-01T00:00:00Z"}""");
      for (var client : List.of(older, named)) {
        JsonNode data =
            client.takeUntil(update -> update.at("/data/transactions/total").asInt() == 5).stream()
                .reduce((before, last) -> last)
                .orElseThrow()
                .get("data");
        assertNumbers(data);
        assertTrue(Instant.parse(data.get("timestamp").asText()).isAfter(Instant.EPOCH));
      }
    }
    var read = get(PATH);
    assertEquals(200, read.statusCode());
    assertTrue(read.bodyAsString().contains("\"total\":1007.505,"), read.bodyAsString());
    assertNumbers(json(read));
    JsonNode latest = json(get("/api/v1/boards/platform"));
    assertNumbers(latest.get("data"));
    assertDescribed(latest.get("data"));
    assertRanges();
  }

  private static void assertNumbers(JsonNode numbers) {
    JsonNode revenue = numbers.get("revenue");
    assertEquals("1007.505 7.505", PlatformFixture.money(revenue, "total", "today"));
    assertEquals("7.505 7.505", PlatformFixture.money(revenue, "thisWeek", "thisMonth"));
    assertEquals("{\"current\":3,\"today\":3,\"peak24h\":3}", text(numbers, "activeUsers"));
    assertEquals(
        "{\"total\":5,\"pending\":1,\"completed\":3,\"failed\":1}", text(numbers, "transactions"));
    assertEquals(2, numbers.at("/content/totalViews").asInt());
    assertEquals(3, numbers.at("/content/totalPurchases").asInt());
    assertEquals(150, numbers.at("/content/conversionRate").asInt());
  }

  private static void assertDescribed(JsonNode numbers) throws Exception {
    JsonNode board = json(get("/api/v1/boards")).get(0);
    assertEquals("platform", board.get("topic").asText());
    int described = 0;
    for (JsonNode metric : board.get("metrics")) {
      String at = "/" + metric.get("path").asText().replace('.', '/');
      if (at.contains("*")) continue;
      assertTrue(numbers.at(at).isNumber(), at);
      described++;
    }
    assertEquals(PlainNumbers.of(numbers).size(), described);
    assertEquals("eur", board.at("/metrics/0/unit").asText());
  }

  private static void assertRanges() throws Exception {
    // 2020 began in Berlin an hour earlier than in UTC.
    JsonNode day = json(get(PATH + "?from=2020-01-01&to=2020-01-02"));
    assertEquals("2019-12-31T23:00:00.000Z", day.get("from").asText());
    assertEquals("2020-01-01T23:00:00.000Z", day.get("to").asText());
    assertEquals("1000.00", PlatformFixture.money(day.get("revenue"), "total"));
    assertEquals(
        "{\"total\":2,\"pending\":0,\"completed\":1,\"failed\":1}", text(day, "transactions"));
    assertEquals(0, day.at("/content/totalViews").asInt());
    assertTrue(day.has("timestamp"));
    assertFalse(day.has("activeUsers"));
    JsonNode empty = json(get(PATH + "?from=2020-01-01T00:15:00Z&to=2020-01-01T01:00:00%2B00:00"));
    assertEquals(0, empty.at("/transactions/total").asInt());
    JsonNode until = json(get(PATH + "?to=2020-01-01T00:15:00Z"));
    assertEquals(2, until.at("/transactions/total").asInt());
    JsonNode since = json(get(PATH + "?from=" + LocalDate.now(BERLIN)));
    assertEquals("7.505", PlatformFixture.money(since.get("revenue"), "total"));
    assertEquals(2, since.at("/content/totalViews").asInt());
  }

  @ParameterizedTest
  @CsvSource({
    "from=yesterday, from",
    "from=2020-02-30, from",
    "from=2020-01-01T00:00:00, from",
    "from=2020-01-01T00:07:00Z, from",
    "from=2020-01-01T00:00:00.001Z, from",
    "from=0001-01-01, from",
    "from=, from",
    "to=2201-01-01, to",
    "to=+999999999-01-01, to",
    "from=2020-01-02&to=2020-01-02, to",
    "from=2020-01-03&to=2020-01-02, to",
    "from=2020-01-01&from=2020-01-02, from",
  })
  void aBadRangeIsRejectedNamingTheParameter(String query, String field) throws Exception {
    var response = get(PATH + "?" + query);
    assertEquals(400, response.statusCode(), response.bodyAsString());
    assertEquals(field, json(response).at("/errors/0/field").asText());
  }

  private static void post(String facts, String lines) throws Exception {
    var response =
        Folding.await(
            client
                .post(node.httpPort(), "127.0.0.1", "/api/v1/analytics/" + facts)
                .bearerTokenAuthentication(SENDER)
                .putHeader("Content-Type", "application/x-ndjson")
                .sendBuffer(Buffer.buffer(lines)));
    assertEquals(200, response.statusCode(), response.bodyAsString());
    assertEquals(0, json(response).get("rejected").asInt(), response.bodyAsString());
  }

  private static HttpResponse<Buffer> get(String path) throws Exception {
    return Folding.await(client.get(node.httpPort(), "127.0.0.1", path).send());
  }

  private static String ws(String path) {
    return "ws://127.0.0.1:" + node.gatewayPort() + path;
  }

  private static String text(JsonNode numbers, String group) {
    return numbers.get(group).toString();
  }

  private static JsonNode json(HttpResponse<Buffer> response) throws Exception {
    return Json.MAPPER.readTree(response.body().getBytes());
  }
}
