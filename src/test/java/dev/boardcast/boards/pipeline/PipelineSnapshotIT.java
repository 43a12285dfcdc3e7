package dev.boardcast.boards.pipeline;

import static dev.boardcast.boards.pipeline.PipelineFixture.RUNS;
import static dev.boardcast.boards.pipeline.PipelineFixture.SAMPLES;
import static dev.boardcast.boards.pipeline.PipelineFixture.failure;
import static dev.boardcast.boards.pipeline.PipelineFixture.sample;
import static dev.boardcast.boards.pipeline.PipelineFixture.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.config.Settings;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Api;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The meaning of the metrics, at times that the test sets. */
class PipelineSnapshotIT {
  private static final Instant NOON = Instant.parse("2026-03-10T12:02:03Z");
  private static final String EMPTY =
      """
      {"scraping_health":{"status":"pending","runs":0,"success_rate":null,"sources":{}},
       "data_quality":{"status":"pending","geocoding_success_rate":null,
         "validation_pass_rate":null,"geocoding_attempts":0,"validation_attempts":0,"checks":{},
         "sources":{}},
       "anomalies":[],"alerts":[]}""";

  private static final String CHECKS =
      """
      {"geocoding":{"status":"error","pass_rate":12.875,"attempts":800,"passes":103},
       "validation":{"status":"healthy","pass_rate":97.3485,"attempts":264,"passes":257}}""";

  private final PipelineFixture pipeline = new PipelineFixture();

  @AfterEach
  void close() {
    pipeline.close();
  }

  @Test
  void anEmptyDatabaseHasMetricsAndNoNextChange() throws Exception {
    assertEquals(Json.MAPPER.readTree(EMPTY), pipeline.at(NOON));
    assertEquals(Optional.empty(), tick(NOON));
    assertEquals(Json.MAPPER.readTree(EMPTY), pipeline.folding.recomputedAt(NOON));
  }

  @Test
  void aSourceIsShownWithItsState() throws Exception {
    pipeline.post(
        RUNS,
        success("tx", NOON.minusSeconds(7200), 893),
        success("tx", NOON.minusSeconds(3600), 136),
        failure("tx", NOON.minusSeconds(90)));
    pipeline.post(SAMPLES, sample("tx", NOON.minusSeconds(60), 800, 103, 264, 257));
    JsonNode numbers = pipeline.at(NOON);
    assertEquals(
        Json.MAPPER.readTree(
            """
            {"status":"warning","runs":3,"success_rate":66.6667,"sources":{"tx":{
              "status":"warning","last_run":"2026-03-10T12:00:33.000Z","last_status":"failure",
              "last_records":null,"consecutive_failures":1,"freshness_seconds":90,"runs":3,
              "success_rate":66.6667,"freshness":{"state":"unscheduled","expected_by":null},
              "records_per_run":{"state":"unknown","basis":"none","last":136,"fewest":136,
                "most":893,"expected_fewest":null,"expected_most":null}}}}"""),
        numbers.get("scraping_health"));
    assertEquals(
        Json.MAPPER.readTree(
            """
            {"status":"error","geocoding_success_rate":12.8750,"validation_pass_rate":97.3485,
             "geocoding_attempts":800,"validation_attempts":264,"checks":%1$s,"sources":{"tx":{
               "status":"error","geocoding_success_rate":12.8750,"validation_pass_rate":97.3485,
               "geocoding_attempts":800,"validation_attempts":264,"checks":%1$s}}}"""
                .formatted(CHECKS)),
        numbers.get("data_quality"));
  }

  @Test
  void aFactCountsForAtLeast24HoursAndAtMostFiveMinutesMore() {
    Instant firstOfSlot = Instant.parse("2026-03-10T12:05:00Z");
    Instant lastOfSlot = Instant.parse("2026-03-10T12:09:59.999Z");
    pipeline.post(RUNS, success("a", firstOfSlot, 1), success("b", lastOfSlot, 1));
    pipeline.post(SAMPLES, sample("a", firstOfSlot, 1, 1, 0, 0));
    Instant end = Instant.parse("2026-03-11T12:10:00Z");
    assertEquals(2, runs(end.minusMillis(1)));
    assertEquals(1, pipeline.at(end.minusMillis(1)).at("/data_quality/geocoding_attempts").asInt());
    JsonNode after = pipeline.at(end);
    assertEquals(0, after.at("/scraping_health/runs").asInt());
    assertTrue(after.at("/scraping_health/success_rate").isNull());
    assertEquals("pending", after.at("/data_quality/status").asText());
    assertEquals("pending", after.at("/data_quality/sources/a/status").asText());
    assertEquals("healthy", after.at("/scraping_health/sources/a/status").asText());
  }

  @Test
  void theWindowIsExactAtEveryFiveMinutesOfAnHour() {
    Instant begin = Instant.parse("2026-03-10T00:00:00Z");
    pipeline.post(
        RUNS,
        Stream.iterate(0, slot -> slot + 1)
            .limit(36)
            .map(slot -> success("a", begin.plusSeconds(slot * 300L), 1))
            .toList());
    for (int slot = 0; slot <= 36; slot++) {
      Instant now = begin.plus(Duration.ofHours(24)).plusSeconds(slot * 300L);
      assertEquals(36 - slot, runs(now), now.toString());
    }
  }

  @Test
  void aFactAheadOfTheClockCountsFromItsFiveMinutesOn() {
    Instant slot = Instant.parse("2026-03-10T14:00:00Z");
    pipeline.post(RUNS, success("a", slot.plusSeconds(123), 1));
    pipeline.post(SAMPLES, sample("a", slot.plusSeconds(123), 8, 4, 2, 1));
    JsonNode before = pipeline.at(slot.minusMillis(1));
    assertEquals(0, before.at("/scraping_health/runs").asInt());
    assertTrue(before.at("/scraping_health/sources").isEmpty());
    assertEquals(0, before.at("/data_quality/geocoding_attempts").asInt());
    JsonNode numbers = pipeline.at(slot);
    JsonNode source = numbers.at("/scraping_health/sources/a");
    assertEquals(1, source.get("runs").asInt());
    assertEquals(0, source.get("freshness_seconds").asInt());
    assertEquals("healthy", source.get("status").asText());
    assertEquals(8, numbers.at("/data_quality/geocoding_attempts").asInt());
  }

  @Test
  void aRunAheadHidesNeitherTheLastRunNorFailures() {
    Instant ahead = NOON.plus(Duration.ofMinutes(24 * 60 - 1));
    pipeline.post(
        RUNS,
        success("a", minute(1), 5),
        failure("a", minute(2)),
        failure("a", minute(3)),
        failure("a", minute(4)));
    JsonNode before = pipeline.at(NOON);
    pipeline.post(RUNS, success("a", ahead, 9));
    assertEquals(before, pipeline.at(NOON));
    assertEquals(3, inARow());
    assertEquals("error", source().get("status").asText());
    assertEquals(1, pipeline.at(NOON).get("alerts").size());
    // Late and out of order, while the other still waits.
    pipeline.post(RUNS, success("a", minute(3).plusSeconds(1), 7), failure("a", minute(1)));
    assertEquals(1, inARow());
    assertEquals("failure", source().get("last_status").asText());
    assertEquals(0, pipeline.at(NOON).get("alerts").size());
    JsonNode then = pipeline.at(ahead).at("/scraping_health/sources/a");
    assertEquals(9, then.get("last_records").asInt());
    assertEquals(0, then.get("consecutive_failures").asInt());
    assertEquals(pipeline.at(ahead), pipeline.folding.recomputedAt(ahead));
  }

  @Test
  void aRunAheadDoesNotMakeASourceFresh() {
    var config = Settings.defaults(PipelineConfig.class);
    pipeline.post(RUNS, success("a", NOON, 1));
    Instant stale = NOON.plus(config.staleAfter());
    pipeline.post(RUNS, success("a", stale.plusSeconds(86_000), 1));
    assertEquals("warning", statusAt(stale));
    assertEquals("stale", ruleOf(pipeline.at(stale)));
    assertEquals("healthy", statusAt(stale.plusSeconds(86_000)));
    assertEquals(0, pipeline.at(stale.plusSeconds(86_000)).get("alerts").size());
  }

  private static String ruleOf(JsonNode numbers) {
    assertEquals(1, numbers.get("alerts").size(), numbers.toString());
    return numbers.at("/alerts/0/message").asText().startsWith("no run since") ? "stale" : "other";
  }

  @Test
  void consecutiveFailuresAreThoseAfterTheLastSuccessInAnyOrderOfArrival() {
    pipeline.post(RUNS, failure("a", minute(1)), failure("a", minute(2)), failure("a", minute(5)));
    assertEquals(3, inARow());
    pipeline.post(RUNS, success("a", minute(3), 1));
    assertEquals(1, inARow());
    pipeline.post(RUNS, failure("a", minute(2)), failure("a", minute(4)));
    assertEquals(2, inARow());
    pipeline.post(RUNS, success("a", minute(1), 1));
    assertEquals(2, inARow());
    assertEquals("failure", source().get("last_status").asText());
    pipeline.post(
        RUNS, success("a", minute(6), 7), failure("a", minute(6)), failure("a", minute(7)));
    assertEquals(2, inARow());
    pipeline.post(RUNS, success("a", minute(8), 9));
    assertEquals(0, inARow());
    assertEquals(9, source().get("last_records").asInt());
    assertEquals(pipeline.at(NOON), pipeline.folding.recomputedAt(NOON));
  }

  @Test
  void aSourceAgesFromHealthyToWarningToErrorToForgottenEachAtItsTime() throws Exception {
    pipeline.post(RUNS, success("a", NOON, 1));
    pipeline.at(NOON);
    var config = Settings.defaults(PipelineConfig.class);
    for (Instant crossing :
        new Instant[] {
          NOON.plus(config.staleAfter()),
          NOON.plus(config.lostAfter()),
          NOON.plus(config.forgetAfter())
        }) {
      assertEquals(Optional.of(crossing), tick(crossing.minusSeconds(10)));
    }
    assertEquals("healthy", statusAt(NOON.plus(config.staleAfter()).minusMillis(1)));
    assertEquals("warning", statusAt(NOON.plus(config.staleAfter())));
    assertEquals("warning", statusAt(NOON.plus(config.lostAfter()).minusMillis(1)));
    assertEquals("error", statusAt(NOON.plus(config.lostAfter())));
    assertEquals("error", statusAt(NOON.plus(config.forgetAfter()).minusMillis(1)));
    assertEquals(Json.MAPPER.readTree(EMPTY), pipeline.at(NOON.plus(config.forgetAfter())));
    assertEquals(Optional.empty(), tick(NOON.plus(config.forgetAfter())));
  }

  @Test
  void metricsChangeOnceAMinuteAndWhenASlotLeavesTheWindow() {
    pipeline.post(RUNS, success("a", NOON, 1));
    pipeline.at(NOON);
    assertEquals(Optional.of(NOON.plusSeconds(60)), tick(NOON));
    Instant slot = Instant.parse("2026-03-10T12:05:00Z");
    assertEquals(Optional.of(slot), tick(slot.minusSeconds(59)));
  }

  @Test
  void aScheduledSourceIsOnTimeThenLateThenOverdueAlsoWithARunAhead() {
    var scheduled = Settings.of(PipelineConfig.class, "pipeline-schedules=a=1h,b=1d");
    try (var other = new PipelineFixture(scheduled)) {
      other.post(
          RUNS,
          success("a", NOON, 1),
          success("a", NOON.plusSeconds(80_000), 1),
          success("b", NOON, 1),
          failure("c", NOON));
      String path = "/scraping_health/sources/a/freshness/state";
      assertEquals("on_time", other.at(NOON.plusSeconds(3599)).at(path).asText());
      JsonNode late = other.at(NOON.plusSeconds(3600)).at("/scraping_health/sources");
      assertEquals("late", late.at("/a/freshness/state").asText());
      assertEquals("2026-03-10T13:02:03.000Z", late.at("/a/freshness/expected_by").asText());
      assertEquals("on_time", late.at("/b/freshness/state").asText());
      assertEquals("unscheduled", late.at("/c/freshness/state").asText());
      assertEquals("healthy", late.at("/a/status").asText());
      assertEquals("overdue", other.at(NOON.plusSeconds(7200)).at(path).asText());
      assertEquals("on_time", other.at(NOON.plusSeconds(80_000)).at(path).asText());
      // Late and out of order: it is not the last.
      other.post(RUNS, success("a", NOON.minusSeconds(5), 1));
      assertEquals("late", other.at(NOON.plusSeconds(3600)).at(path).asText());
    }
  }

  @Test
  void aSourceThatNeverRanIsNotInScrapingHealth() {
    pipeline.post(SAMPLES, sample("geocoder", NOON, 10, 9, 0, 0));
    JsonNode numbers = pipeline.at(NOON);
    assertTrue(numbers.at("/scraping_health/sources").isEmpty());
    assertEquals("pending", numbers.at("/scraping_health/status").asText());
    JsonNode quality = numbers.at("/data_quality/sources/geocoder");
    assertEquals("healthy", quality.get("status").asText());
    assertTrue(quality.get("validation_pass_rate").isNull());
  }

  @Test
  void theWorseOfBothRatesDecidesByTheExactRatio() {
    pipeline.post(
        SAMPLES,
        sample("a", NOON, 10, 9, 10, 10),
        sample("b", NOON, 1_000_000, 899_999, 1, 1),
        sample("c", NOON, 100, 100, 1_000_000, 749_999));
    JsonNode quality = pipeline.at(NOON).get("data_quality");
    assertEquals("healthy", quality.at("/sources/a/status").asText());
    assertEquals(
        90, quality.at("/sources/a/geocoding_success_rate").decimalValue().intValueExact());
    assertEquals("warning", quality.at("/sources/b/status").asText());
    assertEquals("89.9999", quality.at("/sources/b/geocoding_success_rate").asText());
    assertEquals("error", quality.at("/sources/c/status").asText());
  }

  @Test
  void everyNumberIsDescribedAndEveryDescriptionIsOfANumber() {
    for (int hour = 24; hour >= 0; hour--) {
      pipeline.post(RUNS, success("a", NOON.minus(Duration.ofHours(hour)), 100));
    }
    pipeline.post(SAMPLES, sample("a", NOON, 10, 9, 10, 10));
    var numbers = new TreeSet<String>();
    leaves(pipeline.at(NOON), "", numbers);
    var described = new TreeSet<String>();
    for (var metric : pipeline.board.metrics()) {
      String name = metric.path().replace("sources.*", "sources.a");
      for (String check : List.of("geocoding", "validation"))
        described.add(name.replace("*", check));
    }
    assertEquals(described, numbers);
  }

  private static void leaves(JsonNode json, String path, Set<String> numbers) {
    if (json.isNumber()) numbers.add(path.substring(1));
    json.properties().forEach(each -> leaves(each.getValue(), path + "." + each.getKey(), numbers));
  }

  private static Instant minute(int minute) {
    return NOON.minusSeconds(1000).plusSeconds(60L * minute);
  }

  private JsonNode source() {
    return pipeline.at(NOON).at("/scraping_health/sources/a");
  }

  private int inARow() {
    return source().get("consecutive_failures").asInt();
  }

  private int runs(Instant now) {
    return pipeline.at(now).at("/scraping_health/runs").asInt();
  }

  private String statusAt(Instant now) {
    JsonNode health = pipeline.at(now).get("scraping_health");
    assertFalse(health.at("/sources/a").isMissingNode());
    return health.get("status").asText();
  }

  private Optional<Instant> tick(Instant now) {
    return Api.await(pipeline.board.nextChange(pipeline.api.parts().pool(), now));
  }
}
