package dev.boardcast.boards.routing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.boardcast.config.Settings;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RoutingIngestIT {
  private static final String JSON = "application/json";
  private static final String NDJSON = "application/x-ndjson";
  private static final String GOOD = "{\"strategy\":\"s\",\"provider\":\"p\",\"cost\":0.00005}";
  private static final HttpConfig SMALL =
      Settings.of(
          HttpConfig.class,
          "http-max-body=65536",
          "http-max-line=1024",
          "http-batch=50",
          "http-max-rejections=3");

  private static Sql sql;
  private static RoutingApi api;

  @BeforeAll
  static void start() throws Exception {
    DatabaseConfig config = Services.get().freshDatabase();
    sql = new Sql(config.postgresUri());
    api = new RoutingApi(config, SMALL, Map.of(), false);
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  @BeforeEach
  void empty() throws Exception {
    sql.run("DELETE FROM routing_decision");
  }

  static Stream<Arguments> badDecisions() {
    String tooLong = "x".repeat(101);
    return Stream.of(
        arguments("strategy missing", "{\"provider\":\"p\",\"cost\":1}", "strategy"),
        arguments("strategy null", with("strategy", "null"), "strategy"),
        arguments("strategy empty", with("strategy", "\"\""), "strategy"),
        arguments("strategy blank", with("strategy", "\"  \""), "strategy"),
        arguments("strategy a number", with("strategy", "7"), "strategy"),
        arguments("strategy a list", with("strategy", "[\"s\"]"), "strategy"),
        arguments("strategy too long", with("strategy", '"' + tooLong + '"'), "strategy"),
        arguments("strategy with NUL", with("strategy", "\"a\\u0000\""), "strategy"),
        arguments("strategy half a character", with("strategy", "\"\\ud800\""), "strategy"),
        arguments("provider missing", "{\"strategy\":\"s\",\"cost\":1}", "provider"),
        arguments("provider too long", with("provider", '"' + tooLong + '"'), "provider"),
        arguments("model empty", with("model", "\"\""), "model"),
        arguments("model too long", with("model", '"' + "x".repeat(201) + '"'), "model"),
        arguments("cost missing", "{\"strategy\":\"s\",\"provider\":\"p\"}", "cost"),
        arguments("cost null", with("cost", "null"), "cost"),
        arguments("cost negative", with("cost", "-0.00001"), "cost"),
        arguments("cost a string", with("cost", "\"0.1\""), "cost"),
        arguments("cost true", with("cost", "true"), "cost"),
        arguments("cost NaN", with("cost", "NaN"), "body"),
        arguments("cost infinite", with("cost", "Infinity"), "body"),
        arguments("cost of 13 digits", with("cost", "1000000000000"), "cost"),
        arguments("cost out of all bounds", with("cost", "1e999999999"), "cost"),
        arguments("cost whose digits cannot be counted", with("cost", "1e2147483647"), "cost"),
        arguments("cost of 31 decimals", with("cost", "1e-31"), "cost"),
        arguments("cost of endless zeros", with("cost", "0e-999999999"), "cost"),
        arguments("cost of 200 digits", with("cost", "0." + "1".repeat(200)), "body"),
        arguments("cost with a leading zero", with("cost", "01"), "body"),
        arguments("confidence above 1", with("confidence", "1.01"), "confidence"),
        arguments("confidence below 0", with("confidence", "-0.1"), "confidence"),
        arguments("confidence a string", with("confidence", "\"high\""), "confidence"),
        arguments("confidence NaN", with("confidence", "NaN"), "body"),
        arguments("decided_at no time", with("decided_at", "\"yesterday\""), "decided_at"),
        arguments("decided_at a number", with("decided_at", "1700000000"), "decided_at"),
        arguments(
            "decided_at without offset",
            with("decided_at", "\"2026-01-01T00:00:00\""),
            "decided_at"),
        arguments(
            "decided_at in days to come",
            with("decided_at", "\"2199-01-01T00:00:00Z\""),
            "decided_at"),
        arguments("event_id empty", with("event_id", "\"\""), "event_id"),
        arguments("event_id too long", with("event_id", '"' + "x".repeat(201) + '"'), "event_id"),
        arguments("event_id a number", with("event_id", "5"), "event_id"),
        arguments("an unknown field", with("latency", "5"), "latency"),
        arguments("a field twice", with("cost\":1,\"cost", "2"), "cost"),
        arguments("a list in a list", "[]", "body"),
        arguments("a string", "\"s\"", "body"),
        arguments("null", "null", "body"),
        arguments("no JSON", "{strategy:s}", "body"),
        arguments("half of it", "{\"strategy\":\"s\",\"prov", "body"),
        arguments("more than one", GOOD + GOOD, "body"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badDecisions")
  void aBadDecisionIsRejectedNamingTheField(String name, String json, String field)
      throws Exception {
    // Only a top-level array is a batch: one inside another is rejected.
    if (!json.startsWith("[")) {
      var response = api.post(JSON, json.getBytes(UTF_8));
      assertEquals(400, response.statusCode(), response.bodyAsString());
      assertTrue(response.getHeader("Content-Type").startsWith("application/problem+json"));
      var problem = RoutingApi.json(response);
      assertEquals(field, problem.get("errors").get(0).get("field").asText());
      assertTrue(problem.get("errors").get(0).get("expected").asText().length() > 3);
    }
    var lines = api.post(NDJSON, (GOOD + "\n" + json + "\r\n\n" + GOOD).getBytes(UTF_8));
    assertEquals(200, lines.statusCode(), lines.bodyAsString());
    var summary = RoutingApi.json(lines);
    assertEquals(2, summary.get("accepted").asInt());
    assertEquals(1, summary.get("rejected").asInt());
    assertEquals(2, summary.get("errors").get(0).get("line").asInt());
    assertEquals(field, summary.get("errors").get(0).get("field").asText());
    assertEquals(2, rows());
  }

  @Test
  void brokenUtf8IsRefused() throws Exception {
    byte[] latin = with("strategy", "\"\u00e9\u00e8\"").getBytes(ISO_8859_1);
    assertEquals(400, api.post(JSON, latin).statusCode());
    var summary = RoutingApi.json(api.post(NDJSON, latin));
    assertEquals(1, summary.get("rejected").asInt());
    assertEquals(0, rows());
  }

  @Test
  void aGoodDecisionIsCreatedOnce() throws Exception {
    byte[] decision =
        """
        {"strategy":"s","provider":"p","model":"m","confidence":1,"cost":1e-10,
         "decided_at":"2026-01-01T00:00:00+02:00","event_id":"once"}"""
            .getBytes(UTF_8);
    var first = api.post(JSON, decision);
    assertEquals(201, first.statusCode(), first.bodyAsString());
    assertEquals(1, RoutingApi.json(first).get("accepted").asInt());
    var second = api.post(JSON, decision);
    assertEquals(200, second.statusCode());
    assertEquals(1, RoutingApi.json(second).get("duplicate").asInt());
    assertEquals(1, rows());
  }

  @Test
  void ofAMixedArrayTheGoodOnesAreKept() throws Exception {
    String array = "[" + GOOD + ",7," + with("cost", "-1") + ",null,[]," + GOOD + ",{}]";
    var response = api.post(JSON, array.getBytes(UTF_8));
    assertEquals(200, response.statusCode(), response.bodyAsString());
    var summary = RoutingApi.json(response);
    assertEquals(2, summary.get("accepted").asInt());
    assertEquals(5, summary.get("rejected").asInt());
    assertEquals(3, summary.get("errors").size());
    assertEquals(3, summary.get("errors").get(1).get("line").asInt());
    assertEquals("cost", summary.get("errors").get(1).get("field").asText());
    assertEquals(2, rows());
  }

  @Test
  void anOverlongLineIsRejectedAndTheNextIsStored() throws Exception {
    String overlong = with("strategy", '"' + "x".repeat(2000) + '"');
    var summary =
        RoutingApi.json(api.post(NDJSON, (overlong + "\n" + GOOD + "\n").getBytes(UTF_8)));
    assertEquals(1, summary.get("accepted").asInt());
    assertEquals("line", summary.get("errors").get(0).get("field").asText());
    assertEquals(1, rows());
  }

  @Test
  void aLongStreamIsKeptToTheLastLineAndHarmlessWhenSentAgain() throws Exception {
    byte[] lines =
        IntStream.range(0, 5000)
            .mapToObj(i -> with("event_id", "\"long-" + i + '"'))
            .collect(Collectors.joining("\n"))
            .getBytes(UTF_8);
    assertEquals(5000, RoutingApi.json(api.post(NDJSON, lines)).get("accepted").asInt());
    assertEquals(5000, RoutingApi.json(api.post(NDJSON, lines)).get("duplicate").asInt());
    assertEquals(5000, rows());
  }

  @Test
  void anOversizedBodyIsRejected() throws Exception {
    String array = "[" + GOOD + ("," + GOOD).repeat(2000) + "]";
    assertEquals(413, api.post(JSON, array.getBytes(UTF_8)).statusCode());
    assertEquals(0, rows());
  }

  @Test
  void anotherContentTypeIsRejected() throws Exception {
    assertEquals(415, api.post("text/plain", GOOD.getBytes(UTF_8)).statusCode());
    assertEquals(415, api.post("text/plain", ("[" + GOOD + "]").getBytes(UTF_8)).statusCode());
    assertEquals(0, rows());
  }

  @Test
  void onlyCallersWithTheRoleMayWrite() throws Exception {
    assertEquals(401, api.post(JSON, GOOD.getBytes(UTF_8), null).statusCode());
    assertEquals(403, api.post(JSON, GOOD.getBytes(UTF_8), "u:publish").statusCode());
    assertEquals(401, api.post(NDJSON, GOOD.getBytes(UTF_8), null).statusCode());
    assertEquals(403, api.post(NDJSON, GOOD.getBytes(UTF_8), "u:publish").statusCode());
    assertEquals(0, rows());
    assertEquals(201, api.post(JSON, GOOD.getBytes(UTF_8), "u:admin").statusCode());
  }

  @Test
  void aStreamThatCannotBeStoredIsAnsweredBeforeItsEnd() throws Exception {
    var nowhere = DatabaseConfig.at("postgresql://u:p@127.0.0.1:1/none", "redis://127.0.0.1:1");
    try (var cutOff = new RoutingApi(nowhere, SMALL, Map.of(), false)) {
      byte[] lines = (GOOD + "\n").repeat(200_000).getBytes(UTF_8);
      for (int i = 0; i < 5; i++) {
        var response = cutOff.post(NDJSON, lines);
        assertEquals(503, response.statusCode());
        assertEquals("1", response.getHeader("Retry-After"));
      }
      assertEquals(503, cutOff.post(JSON, GOOD.getBytes(UTF_8)).statusCode());
    }
  }

  /** A valid decision with one field added or replaced. */
  private static String with(String field, String value) {
    return switch (field) {
      case "strategy" -> "{\"strategy\":" + value + ",\"provider\":\"p\",\"cost\":1}";
      case "provider" -> "{\"strategy\":\"s\",\"provider\":" + value + ",\"cost\":1}";
      case "cost" -> "{\"strategy\":\"s\",\"provider\":\"p\",\"cost\":" + value + "}";
      default ->
          field.startsWith("cost\"")
              ? "{\"strategy\":\"s\",\"provider\":\"p\",\"" + field + "\":" + value + "}"
              : "{\"strategy\":\"s\",\"provider\":\"p\",\"cost\":1,\""
                  + field
                  + "\":"
                  + value
                  + "}";
    };
  }

  private static int rows() throws Exception {
    return Integer.parseInt(sql.column("SELECT count(*) FROM routing_decision").get(0));
  }
}
