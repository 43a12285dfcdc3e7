package dev.boardcast.boards.pipeline;

import static dev.boardcast.boards.pipeline.PipelineFixture.HOURS;
import static dev.boardcast.boards.pipeline.PipelineFixture.RUNS;
import static dev.boardcast.boards.pipeline.PipelineFixture.SAMPLES;
import static dev.boardcast.boards.pipeline.PipelineFixture.failure;
import static dev.boardcast.boards.pipeline.PipelineFixture.sample;
import static dev.boardcast.boards.pipeline.PipelineFixture.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.config.Settings;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Visibility;
import dev.boardcast.testing.Api.Answer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The response of {@code GET /api/v1/monitoring/data-quality}. */
class PipelineReadIT {
  private static final Instant BEGIN = Instant.parse("2026-03-10T00:00:00Z");

  private static PipelineFixture pipeline;

  @BeforeAll
  static void start() {
    pipeline =
        new PipelineFixture(
            Settings.defaults(PipelineConfig.class),
            HttpConfig.DEFAULTS,
            Visibility.parse("role:ops"));
    var runs = new ArrayList<ObjectNode>();
    for (int hour = 0; hour < 30; hour++) {
      for (String source : List.of("a", "b", "ü")) {
        runs.add(success(source, BEGIN.plus(hour, ChronoUnit.HOURS).plusSeconds(59), hour));
      }
    }
    runs.add(failure("a", BEGIN.plusSeconds(3599)));
    pipeline.post(RUNS, runs);
    pipeline.post(
        SAMPLES,
        sample("a", BEGIN, 3, 1, 0, 0),
        sample("recent", Instant.now().minus(2, ChronoUnit.HOURS), 1, 1, 1, 1),
        sample("recent", Instant.now().minus(30, ChronoUnit.HOURS), 1, 1, 1, 1));
    pipeline.at(BEGIN);
  }

  @AfterAll
  static void stop() {
    pipeline.close();
  }

  @Test
  void anHourContainsCountsAndRates() throws Exception {
    JsonNode items =
        get("?source=a&from=2026-03-10T00:00:00Z&to=2026-03-10T01:00:00Z").json().get("items");
    assertEquals(
        Json.MAPPER.readTree(
            """
            [{"source":"a","hour":"2026-03-10T00:00:00.000Z","runs":2,"failures":1,
              "success_rate":50,"records":0,"geocoding_attempts":3,"geocoding_successes":1,
              "geocoding_success_rate":33.3333,"validation_attempts":0,"validation_passes":0,
              "validation_pass_rate":null,"status":"error","metric_type":"geocoding_success_rate",
              "checks":[{"name":"geocoding","attempts":3,"passes":1,"pass_rate":33.3333,
                "status":"error","metric_type":"geocoding_success_rate"}]}]"""),
        items);
    JsonNode later =
        get("?source=a&from=2026-03-10T01:00:00Z&to=2026-03-10T02:00:00Z").json().at("/items/0");
    assertEquals("pending", later.get("status").asText());
    assertTrue(later.get("metric_type").isNull());
  }

  @ParameterizedTest
  @CsvSource({"'', 90", "&source=b, 30", "&source=ü, 30", "&source=c, 0"})
  void pagesNeitherRepeatNorSkip(String source, int hours) {
    String range = "?from=2026-03-10T00:00:00Z&to=2026-03-11T06:00:00Z&limit=7" + source;
    var seen = new ArrayList<String>();
    String next = "";
    do {
      var page = get(range.replace("ü", "%C3%BC") + next).json();
      assertTrue(page.get("items").size() <= 7);
      for (JsonNode item : page.get("items")) {
        seen.add(item.get("hour").asText() + item.get("source").asText());
      }
      next = page.get("next").isNull() ? null : "&cursor=" + page.get("next").asText();
    } while (next != null);
    assertEquals(hours, seen.size());
    assertEquals(seen.stream().sorted().distinct().toList(), seen);
  }

  @Test
  void aRangeHoldsTheHoursThatBeginInIt() {
    assertEquals(
        2,
        get("?source=b&from=2026-03-10T00:00:00.001Z&to=2026-03-10T02:00:00.001Z")
            .json()
            .get("items")
            .size());
  }

  @Test
  void withoutARangeItIsTheLast24Hours() {
    JsonNode items = get("").json().get("items");
    assertEquals(1, items.size());
    assertEquals("recent", items.get(0).get("source").asText());
  }

  @ParameterizedTest
  @CsvSource({
    "?from=yesterday, from",
    "?from=2026-03-10T00:00:00, from",
    "?to=2026-03-10, to",
    "?to=+1000000000-01-01T00:00:00Z, to",
    "?from=2026-03-11T00:00:00Z&to=2026-03-11T00:00:00Z, from",
    "?from=2025-01-01T00:00:00Z&to=2026-03-10T00:00:00Z, from",
    "?from=2026-03-11T00:00:00Z&from=2026-03-11T00:00:00Z, from",
    "?limit=0, limit",
    "?limit=1001, limit",
    "?limit=all, limit",
    "?source=, source",
    "?source=a%00b, source",
    "?cursor=!, cursor",
    "?cursor=AAAA, cursor",
    "?cursor=gAAAAAAAAABh, cursor",
    "?metric=runs, metric"
  })
  void aBadQuestionIsRejectedNamingTheParameter(String query, String field) {
    var answer = get(query);
    assertEquals(400, answer.status(), answer.text());
    assertEquals(field, answer.fields());
  }

  @Test
  void onlyCallersWhoMaySeeTheBoardReadIt() {
    assertEquals(401, pipeline.api.call("GET", HOURS).now().status());
    assertEquals(403, pipeline.api.call("GET", HOURS).as("u;;ingest").now().status());
    assertEquals(200, pipeline.api.call("GET", HOURS).as("u;;ops").now().status());
  }

  private static Answer get(String query) {
    return pipeline.api.call("GET", HOURS + query).as("u;;ops").now();
  }
}
