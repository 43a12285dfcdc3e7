package dev.boardcast.boards.routing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Visibility;
import dev.boardcast.testing.Services;
import io.vertx.core.http.HttpMethod;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingReadIT {
  private static final String DECISIONS =
      """
      {"strategy":"hybrid","provider":"gemini","model":"g","confidence":0.8,"cost":0.00005}
      {"strategy":"hybrid","provider":"gemini","confidence":0.79999,"cost":0.0001}
      {"strategy":"hybrid","provider":"claude","model":"c","confidence":0.5,"cost":0}
      {"strategy":"cheap","provider":"claude","model":"c","confidence":0.49,"cost":0.1}
      {"strategy":"blind","provider":"claude","model":"c","cost":1e-9}
      """;
  private static final String NUMBERS =
      """
      {"total_decisions":5,"total_cost":0.100150001,"avg_confidence":0.6474975,
       "strategy_performance":{
         "blind":{"count":1,"total_cost":0.000000001,"avg_cost":0.000000001,"avg_confidence":null},
         "cheap":{"count":1,"total_cost":0.1,"avg_cost":0.1,"avg_confidence":0.49},
         "hybrid":{"count":3,"total_cost":0.00015,"avg_cost":0.00005,
                   "avg_confidence":0.699996666667}},
       "confidence_distribution":{"high":1,"medium":2,"low":1},
       "provider_usage":{"claude":3,"gemini":2},
       "cost_by_provider":{"claude":0.100000001,"gemini":0.00015},
       "model_usage":{"c":3,"g":1},"cost_by_model":{"c":0.100000001,"g":0.00005},
       "tokens":{"input":0,"output":0,"cached":0,"reasoning":0},"tokens_by_model":{},
       "errors":0,"error_rate":null,"decisions_by_status":{},
       "latency_ms":{"avg":null,"p50":null,"p95":null,"p99":null,"p95_by_provider":{}},
       "cost_by_user":{},"cost_by_team":{},"cost_by_key":{},"cost_by_tag":{},"budgets":{}}""";

  @Test
  void numbersAreExactOnBothPaths() throws Exception {
    try (var api = api(Visibility.PUBLIC, true)) {
      api.post("application/x-ndjson", DECISIONS.getBytes(UTF_8));
      JsonNode expected = Json.MAPPER.readTree(NUMBERS);
      JsonNode bare = awaitTotal(api, 5);
      assertTrue(
          Instant.parse(bare.get("timestamp").asText()).isBefore(Instant.now().plusSeconds(60)));
      ((com.fasterxml.jackson.databind.node.ObjectNode) bare).remove("timestamp");
      assertEquals(expected, bare);

      JsonNode latest = RoutingApi.json(api.get("/api/v1/boards/routing", null));
      assertEquals(expected, latest.get("data"));
      assertEquals("routing", latest.get("board").asText());
      assertFalse(latest.get("stale").asBoolean());
      assertTrue(latest.has("timestamp") && latest.has("computed_at"));
    }
  }

  @Test
  void aRangeHoldsWhatWasDecidedInItAndNothingElse() throws Exception {
    String decision =
        """
        {"strategy":"s","provider":"p","cost":%s,"confidence":0.5,"decided_at":"%s"}
        """;
    String decisions =
        decision.formatted("1", "2026-02-28T23:59:59.999Z")
            + decision.formatted("20", "2026-03-01T00:00:00Z")
            + decision.formatted("300", "2026-03-01T12:59:59.999Z")
            + decision.formatted("4000", "2026-03-01T13:00:00Z");
    try (var api = api(Visibility.PUBLIC, true)) {
      api.post("application/x-ndjson", decisions.getBytes(UTF_8));
      awaitTotal(api, 4);
      JsonNode range =
          RoutingApi.json(
              api.get("/routing/metrics?from=2026-03-01&to=2026-03-01T13:00:00Z", null));
      assertEquals("2026-03-01T00:00:00.000Z", range.get("from").asText());
      assertEquals("2026-03-01T13:00:00.000Z", range.get("to").asText());
      assertEquals(2, range.get("total_decisions").asLong());
      assertEquals(320, range.get("total_cost").asLong());
      assertEquals(320, range.at("/strategy_performance/s/total_cost").asLong());
      assertEquals(2, range.at("/confidence_distribution/medium").asLong());
      assertTrue(range.has("timestamp"));
      assertEquals(1, total(api, "?to=2026-03-01"));
      assertEquals(1, total(api, "?from=2026-03-01T14:00:00%2B01:00"));
      assertEquals(0, total(api, "?from=2027-01-01&to=2027-01-02"));
    }
  }

  @Test
  void unknownParametersOfOlderClientsAreIgnored() throws Exception {
    try (var api = api(Visibility.PUBLIC, false)) {
      int plain = api.get("/routing/metrics", null).statusCode();
      assertEquals(plain, api.get("/routing/metrics?_=1763725000&_=2", null).statusCode());
    }
  }

  private static long total(RoutingApi api, String query) throws Exception {
    return RoutingApi.json(api.get("/routing/metrics" + query, null))
        .get("total_decisions")
        .asLong();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "from=yesterday",
        "to=2026-03-01T12:30:00Z",
        "to=9999-01-01",
        "from=2026-03-01&step=1h",
        "from=2026-03-02&to=2026-03-02"
      })
  void anInvalidRangeIsRejected(String query) throws Exception {
    try (var api = api(Visibility.PUBLIC, false)) {
      assertEquals(400, api.get("/routing/metrics?" + query, null).statusCode());
    }
  }

  @Test
  void anUnchangedBoardIsNotSentTwice() throws Exception {
    try (var api = api(Visibility.PUBLIC, true)) {
      var first = api.get("/api/v1/boards/routing", null);
      String tag = first.getHeader("ETag");
      String version = RoutingApi.json(first).get("version").asText();
      Instant at = Instant.parse(RoutingApi.json(first).get("timestamp").asText());
      assertEquals("\"%s-%d\"".formatted(version, at.toEpochMilli()), tag);
      var again =
          RoutingApi.get(
              api.request(HttpMethod.GET, "/api/v1/boards/routing", null)
                  .putHeader("If-None-Match", "\"0\", W/" + tag)
                  .send());
      assertEquals(304, again.statusCode());
      api.post("application/x-ndjson", DECISIONS.getBytes(UTF_8));
      awaitTotal(api, 5);
      var changed =
          RoutingApi.get(
              api.request(HttpMethod.GET, "/api/v1/boards/routing", null)
                  .putHeader("If-None-Match", tag)
                  .send());
      assertEquals(200, changed.statusCode());
    }
  }

  @Test
  void onlyCallersWhoMaySeeTheBoardReadIt() throws Exception {
    try (var api = api(Visibility.parse("role:boss"), true)) {
      for (String path :
          new String[] {
            "/routing/metrics", "/routing/metrics?from=2026-01-01", "/api/v1/boards/routing"
          }) {
        assertEquals(401, api.get(path, null).statusCode());
        assertEquals(403, api.get(path, "u:ingest").statusCode());
        assertEquals(200, api.get(path, "u:boss").statusCode());
        assertEquals(200, api.get(path, "u:admin").statusCode());
      }
      assertEquals(0, RoutingApi.json(api.get("/api/v1/boards", null)).size());
      assertEquals(1, RoutingApi.json(api.get("/api/v1/boards", "u:boss")).size());
    }
  }

  @Test
  void everyNumberIsDescribedAndEveryDescriptionIsOfANumber() throws Exception {
    try (var api = api(Visibility.PUBLIC, true)) {
      api.post("application/x-ndjson", DECISIONS.getBytes(UTF_8));
      JsonNode numbers = awaitTotal(api, 5);
      JsonNode board = RoutingApi.json(api.get("/api/v1/boards", null)).get(0);
      assertEquals("routing", board.get("name").asText());
      assertEquals("counter", board.get("metrics").get(0).get("kind").asText());
      for (JsonNode metric : board.get("metrics")) {
        JsonNode at = numbers;
        for (String step : metric.get("path").asText().split("\\.")) {
          if (step.equals("*") && at.isEmpty()) at = NullNode.getInstance();
          if (at.isNull()) break;
          at = step.equals("*") ? at.elements().next() : at.get(step);
        }
        assertTrue(at.isNumber() || at.isNull(), metric.toString());
      }
    }
  }

  @Test
  void aBoardThatDoesNotExistIsNotFound() throws Exception {
    try (var api = api(Visibility.PUBLIC, true)) {
      assertEquals(404, api.get("/api/v1/boards/none", null).statusCode());
    }
  }

  @Test
  void withoutASnapshotThePathsReportIt() throws Exception {
    try (var api = api(Visibility.PUBLIC, false)) {
      var bare = api.get("/routing/metrics", null);
      assertEquals(503, bare.statusCode());
      assertEquals("Failed to fetch metrics", RoutingApi.json(bare).get("error").asText());
      assertTrue(RoutingApi.json(bare).has("timestamp"));
      var latest = api.get("/api/v1/boards/routing", null);
      assertEquals(503, latest.statusCode());
      assertEquals("application/problem+json", latest.getHeader("Content-Type"));
    }
  }

  static JsonNode awaitTotal(RoutingApi api, long total) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (System.nanoTime() < deadline) {
      JsonNode read = RoutingApi.json(api.get("/routing/metrics", "u:admin"));
      if (read.get("total_decisions").asLong() == total) return read;
      RoutingApi.get(api.vertx().timer(10, TimeUnit.MILLISECONDS));
    }
    throw new AssertionError("no total of " + total + " within 30 s");
  }

  private static RoutingApi api(Visibility visibility, boolean computes) throws Exception {
    return new RoutingApi(
        Services.get().freshDatabase(),
        HttpConfig.DEFAULTS,
        Map.of(RoutingBoard.NAME, visibility),
        computes);
  }
}
