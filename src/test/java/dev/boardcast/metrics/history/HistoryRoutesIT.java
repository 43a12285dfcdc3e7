package dev.boardcast.metrics.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.metrics.HistoryCase;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricDescription.Kind;
import dev.boardcast.spi.Visibility;
import dev.boardcast.testing.Api;
import io.vertx.core.Future;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryRoutesIT extends HistoryCase {
  private static final String PATH = "/api/v1/boards/given/history";

  private volatile Visibility visibility = Visibility.PUBLIC;
  private Api api;

  @BeforeEach
  void listen() {
    board.metrics =
        List.of(
            new MetricDescription("n", "N", "count", Kind.GAUGE),
            new MetricDescription("deep.money", "Money", "usd", Kind.GAUGE),
            new MetricDescription("by.*.cost", "Cost by", "usd", Kind.GAUGE),
            new MetricDescription("use.*", "Use", "count", Kind.SHARE),
            new MetricDescription("word", "A word", "", Kind.GAUGE),
            new MetricDescription("of.*.and.*", "Of and", "count", Kind.SHARE));
    api =
        new Api(
            database,
            HttpConfig.DEFAULTS,
            parts ->
                List.of(
                    new HistoryRoutes(
                        List.of(board),
                        name -> Future.succeededFuture(Optional.empty()),
                        new HistoryQueryLimiter(parts.pool()),
                        name -> visibility,
                        clock)));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void eachPointHasTheValueOfThatTime() throws Exception {
    for (int second = 1; second <= 60; second++) set(NOON.plusSeconds(second), second);
    clock.set(NOON.plusSeconds(62));
    var answer = get("?metric=n&from=" + NOON.minusSeconds(10) + "&step=5s");
    assertEquals("given", answer.get("board").asText());
    assertEquals("5s", answer.get("step").asText());
    var points = answer.at("/series/0/points");
    assertEquals("n", answer.at("/series/0/metric").asText());
    assertFalse(answer.at("/series/0").has("key"));
    assertEquals(15, points.size());
    for (int i = 0; i < 15; i++) {
      int second = (i - 2) * 5;
      assertEquals(Json.time(NOON.plusSeconds(second)), points.get(i).get(0).asText());
      assertEquals(second <= 0 ? "null" : "" + second, points.get(i).get(1).toString());
    }
  }

  @Test
  void anUnchangedValueIsTheSameAtEveryPoint() throws Exception {
    set(NOON, 5);
    clock.set(NOON.plus(Duration.ofHours(5)));
    assertEquals(
        List.of("5", "5", "5", "5"), values(get("?step=1h&from=" + NOON.plusSeconds(3601)), 0));
  }

  @Test
  void valuesAreExactAndEachKeyHasASeries() throws Exception {
    set(
        NOON,
        """
        {"n":1,"deep":{"money":12345678901234567890.12},
         "by":{"a b":{"cost":0.00005},"c.d":{"cost":1E+2}},"use":{"x":1},"word":"so \\"so\\""}""");
    set(
        NOON.plusSeconds(10),
        """
        {"n":null,"deep":{"money":-0.10},"by":{"c.d":{"cost":3},"e":{}},"use":7,
         "word":"ok","of":{"p":{"and":{"q":1,"r":2}}}}""");
    clock.set(NOON.plusSeconds(15));
    var answer =
        get(
            "?metric=deep.money&metric=by.*.cost&metric=use.*&metric=word&metric=n"
                + "&metric=of.*.and.*&step=5s&from="
                + NOON);
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < answer.get("series").size(); i++) {
      var series = answer.get("series").get(i);
      seen.add(
          series.get("metric").asText()
              + series.path("key").asText("")
              + "="
              + String.join(",", values(answer, i)));
    }
    assertEquals(
        List.of(
            "deep.money=12345678901234567890.12,12345678901234567890.12,-0.1,-0.1",
            "by.*.costa b=0.00005,0.00005,null,null",
            "by.*.costc.d=100,100,3,3",
            "by.*.coste=null,null,null,null",
            "use.*x=1,1,null,null",
            "word=\"so \\\"so\\\"\",\"so \\\"so\\\"\",\"ok\",\"ok\"",
            "n=1,1,null,null",
            "of.*.and.*p q=null,null,1,1",
            "of.*.and.*p r=null,null,2,2"),
        seen);
  }

  @Test
  void withoutParametersItIsTheLastHourOfAllSingleValues() throws Exception {
    set(NOON, 5);
    clock.set(NOON.plusSeconds(60));
    var answer = get("");
    assertEquals("5s", answer.get("step").asText());
    assertEquals(3, answer.get("series").size());
    assertEquals(721, answer.at("/series/0/points").size());
    assertEquals("5", answer.at("/series/0/points/720/1").toString());
    assertEquals("null", answer.at("/series/1/points/720/1").toString());
  }

  @Test
  void aLongRangeTakesTheLastStateOfEachStep() throws Exception {
    Instant start = NOON.minus(Duration.ofDays(20));
    for (int day = 0; day < 20; day++) {
      for (int hour = 1; hour < 24; hour += 7) {
        clock.set(start.plus(Duration.ofHours(24L * day + hour)));
        if (hour == 1) maintain();
        set(clock.instant(), 100 * day + hour);
      }
    }
    clock.set(NOON);
    var answer = get("?step=1d&from=" + start);
    List<String> expected = new ArrayList<>();
    // At midnight, twelve hours after the start, the last state is that of 8 hours.
    for (int day = 0; day < 20; day++) expected.add("" + (100 * day + 8));
    assertEquals(expected, values(answer, 0));
  }

  @Test
  void csvHasOneColumnPerSeries() throws Exception {
    set(NOON, "{\"n\":1,\"use\":{\"a,b\":2,\"=c\":3},\"word\":\"=x\"}");
    set(NOON.plusSeconds(5), "{\"n\":1.50,\"use\":{\"a,b\":4},\"word\":\"a \\\"b\\\"\"}");
    clock.set(NOON.plusSeconds(5));
    String query = "?metric=n&metric=use.*&metric=word&step=5s&from=" + NOON.minusSeconds(5);
    String expected =
        """
        timestamp,n,use.=c,"use.a,b",word
        %s,,,,
        %s,1,3,2,'=x
        %s,1.5,,4,"a ""b""\"
        """
            .formatted(
                Json.time(NOON.minusSeconds(5)), Json.time(NOON), Json.time(NOON.plusSeconds(5)))
            .replace("\n", "\r\n");
    var byFormat = api.call("GET", PATH + query + "&format=csv").now();
    assertEquals(200, byFormat.status());
    assertEquals("text/csv; charset=utf-8", byFormat.header("Content-Type"));
    assertEquals(expected, byFormat.text());
    assertEquals(expected, accept(query, "text/csv").text());
    assertEquals(expected, accept(query, "application/json;q=0.5, text/csv").text());
    assertTrue(accept(query, "*/*").text().startsWith("{"));
    assertTrue(accept(query, "application/json, text/csv;q=0.5").text().startsWith("{"));
    assertTrue(accept(query + "&format=json", "text/csv").text().startsWith("{"));
  }

  @Test
  void onlyFinalResponsesMayBeCached() throws Exception {
    set(NOON.minusSeconds(600), 1);
    clock.set(NOON);
    String over = "?from=" + NOON.minusSeconds(900) + "&to=" + NOON.minusSeconds(300);
    assertEquals("public, max-age=86400, immutable", cacheControl(over));
    assertEquals("public, max-age=1, stale-while-revalidate=1", cacheControl(""));
    assertEquals("public, max-age=1, stale-while-revalidate=1", cacheControl("?to=" + NOON));
    assertEquals(
        "public, max-age=1, stale-while-revalidate=1",
        cacheControl("?to=" + NOON.plusSeconds(900)));
    visibility = Visibility.AUTHENTICATED;
    var seen = api.call("GET", PATH + over).as("ann").now();
    assertEquals("no-store", seen.header("Cache-Control"));
  }

  @Test
  void theHistoryIsAsVisibleAsTheBoard() throws Exception {
    set(NOON, 1);
    visibility = Visibility.parse("role:boss");
    assertEquals(401, api.call("GET", PATH).now().status());
    assertEquals(403, api.call("GET", PATH).as("ann").now().status());
    assertEquals(200, api.call("GET", PATH).as("ann;;boss").now().status());
    assertEquals(404, api.call("GET", "/api/v1/boards/other/history").now().status());
  }

  @ParameterizedTest
  @CsvSource({
    "metric=m, metric",
    "metric=use, metric",
    "metric=use.x, metric",
    "from=yesterday, from",
    "from=2026-01-01T00:00:00, from",
    "from=1999-12-31T23:59:59Z, from",
    "from=2199-01-01T00:00:00Z, from",
    "from=2198-01-01T00:00:00Z&to=2199-01-01T00:00:00Z, from",
    "to=12, to",
    "to=9999-12-31T00:00:00Z, to",
    "from=2026-01-01T00:00:00Z&to=2200-01-01T00:00:01Z, to",
    "from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z, from",
    "step=5, step",
    "step=0s, step",
    "step=-5s, step",
    "step=1y, step",
    "step=1s&from=2026-01-01T00:00:00Z&to=2026-01-01T03:00:00Z, step",
    "format=xml, format",
    "from=2026-01-01T00:00:00Z&from=2026-01-01T00:00:01Z, from",
    "metrics=n, metrics"
  })
  void invalidParametersAreNamed(String query, String field) {
    var answer = api.call("GET", PATH + "?" + query).now();
    assertEquals(400, answer.status());
    assertEquals(field, answer.fields());
  }

  @Test
  void tooManyKeysAreRejected() throws Exception {
    var keys = new ArrayList<String>();
    for (int i = 0; i < 200; i++) keys.add("\"k" + i + "\":1");
    set(NOON, "{\"use\":{" + String.join(",", keys) + "}}");
    clock.set(NOON.plusSeconds(3600));
    String all = PATH + "?metric=use.*&from=" + NOON + "&step=";
    assertEquals(200, api.call("GET", all + "10s").now().status());
    assertEquals("step", api.call("GET", all + "5s").now().fields());
  }

  @ParameterizedTest
  @CsvSource({"application/json,gzip", "text/csv,'br;q=1.0, gzip;q=0.5'"})
  void aLongHistoryIsCompressedWhereAccepted(String type, String encodings) throws Exception {
    set(NOON, 5);
    clock.set(NOON.plusSeconds(600));
    String path = PATH + "?metric=n&step=5s&from=" + NOON;
    var plain = api.call("GET", path).with("Accept", type).now();
    var call = api.call("GET", path).with("Accept", type).with("Accept-Encoding", encodings);
    var zipped = call.now();

    assertNull(plain.header("Content-Encoding"));
    assertEquals("gzip", zipped.header("Content-Encoding"));
    assertEquals("Accept, Accept-Encoding", zipped.header("Vary"));
    assertTrue(zipped.body().length() < plain.body().length() / 4);
    try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(zipped.body().getBytes()))) {
      assertEquals(plain.text(), new String(unzipped.readAllBytes(), StandardCharsets.UTF_8));
    }
    var brief = api.call("GET", path.replace("5s", "5m")).with("Accept-Encoding", "gzip").now();
    assertNull(brief.header("Content-Encoding"));
  }

  @Test
  void aBoardThatWasNeverComputedHasAnEmptyHistory() throws Exception {
    var values = values(get("?step=15m"), 0);
    assertEquals(List.of("null", "null", "null", "null", "null"), values);
  }

  private JsonNode get(String query) {
    var answer = api.call("GET", PATH + query).now();
    assertEquals(200, answer.status(), answer.text());
    return answer.json();
  }

  private Api.Answer accept(String query, String types) {
    return api.call("GET", PATH + query).with("Accept", types).now();
  }

  private String cacheControl(String query) {
    return api.call("GET", PATH + query).now().header("Cache-Control");
  }

  private static List<String> values(JsonNode answer, int series) {
    List<String> values = new ArrayList<>();
    answer
        .get("series")
        .get(series)
        .get("points")
        .forEach(
            point ->
                values.add(
                    point.get(1).isNumber()
                        ? point.get(1).decimalValue().toPlainString()
                        : point.get(1).toString()));
    return values;
  }
}
