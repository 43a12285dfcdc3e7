package dev.boardcast.boards.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.SettableClock;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the passing of time changes the metrics. */
class AnalysisWindowIT {
  private static final Instant NOW = Instant.parse("2026-03-10T12:20:00Z");
  private static final String NOTHING =
      """
      {"topicQualityScore":null,"noiseRatio":null,"classificationAccuracy":null,
       "activeAnalysisRuns":0,
       "trends":{"topicQualityScore":T,"noiseRatio":T,"classificationAccuracy":T,
                 "activeAnalysisRuns":T},
       "messages":0,"noise":0,"labelled":0,"correct":0,"corrected":0,"confirmed":0,
       "correctedAccuracy":null,"topicDrift":null,"topicCount":0,"schedules":0,
       "feedback":{"approved":0,"rejected":0},"topics":{},"confusion":{}}"""
          .replace(
              ":T",
              ":"
                  + """
              {"direction":null,"change":null,
               "hour":{"direction":null,"change":null,"previous":null},
               "day":{"direction":null,"change":null,"previous":null},
               "week":{"direction":null,"change":null,"previous":null}}""");

  private final SettableClock clock = new SettableClock(NOW);
  private AnalysisApi api;

  @BeforeEach
  void open() {
    api = new AnalysisApi(clock);
  }

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void onAnEmptyDatabaseMetricsAreNull() {
    assertEquals(AnalysisApi.read(NOTHING), api.numbers(NOW));
    assertEquals(Optional.empty(), api.nextTick(NOW));
  }

  @Test
  void theWindowBeginsAtTheQuarterHourSevenDaysAgo() {
    sent("2026-03-03T12:14:59.999Z", "true");
    assertTrue(api.numbers(NOW).get("noiseRatio").isNull());
    sent("2026-03-03T12:15:00Z", "true");
    sent("2026-03-03T12:59:59Z", "false");
    sent("2026-03-03T13:00:00Z", "false");
    sent("2026-03-03T23:59:59.999Z", "false");
    sent("2026-03-04T00:00:00Z", "false");
    sent("2026-03-10T12:20:00Z", "false");
    var numbers = api.numbers(NOW);
    assertEquals(6, numbers.get("messages").asInt());
    assertNumber("16.6667", numbers.get("noiseRatio"));
  }

  @Test
  void messagesLeaveTheWindowByTimeAlone() {
    sent("2026-03-10T12:14:00Z", "true");
    sent("2026-03-10T12:15:00Z", "false");
    var first = Instant.parse("2026-03-17T12:15:00Z");
    assertEquals(2, api.numbers(first.minusMillis(1)).get("messages").asInt());
    assertEquals(1, api.numbers(first).get("messages").asInt());
    assertEquals(1, api.numbers(first.plusSeconds(899)).get("messages").asInt());
    assertEquals(0, api.numbers(first.plusSeconds(900)).get("messages").asInt());
    assertTrue(api.numbers(first.plusSeconds(900)).get("noiseRatio").isNull());
  }

  @Test
  void messagesFromTheFutureCountAtOnce() {
    sent("2026-11-21T00:00:00Z", "true");
    assertNumber("100.0", api.numbers(NOW).get("noiseRatio"));
  }

  @Test
  void lateMessagesCountWhereTheyBelong() {
    sent("2026-03-10T12:00:00Z", "true");
    assertEquals(1, api.numbers(NOW).get("messages").asInt());
    sent("2026-03-04T12:00:00Z", "false");
    sent("2026-02-01T12:00:00Z", "false");
    var numbers = api.numbers(NOW);
    assertEquals(2, numbers.get("messages").asInt());
    assertNumber("50", numbers.get("noiseRatio"));
    // A day ago, only the late message was in the window.
    assertNumber("0.0", numbers.at("/trends/noiseRatio/day/previous"));
    assertEquals("up", numbers.at("/trends/noiseRatio/direction").asText());
    assertTrue(numbers.at("/trends/noiseRatio/change").isNull());
  }

  @ParameterizedTest
  @CsvSource({
    "hour, PT1H, 37.5, 62.5, 45.0",
    "day, P1D, 37.5, 62.5, 45.0",
    "week, P7D, 50.0, 50.0, 30.0"
  })
  void eachTrendComparesWithTheWindowThatEndedThen(
      String span, Duration ago, String noise, String accuracy, String quality) {
    api.topic("t");
    var end = WindowEdge.of(NOW.minus(ago)).quarter();
    for (int i = 0; i < 4; i++) add(end.minusMillis(1), i < 1, i < 3, "0.8");
    for (int i = 0; i < 4; i++) add(end, i < 2, i < 2, "0.6");
    var numbers = api.numbers(NOW);
    assertTrend(numbers, "noiseRatio", span, noise, "25.0", "up");
    assertTrend(numbers, "classificationAccuracy", span, accuracy, "75.0", "down");
    assertTrend(numbers, "topicQualityScore", span, quality, "60.0", "down");
  }

  @ParameterizedTest
  @CsvSource({"404, stable, 0.5", "406, up, 0.75", "396, stable, -0.5", "394, down, -0.75"})
  void aTrendWithinHalfAPercentIsStable(int noise, String direction, String change) {
    var dayAgo = WindowEdge.of(NOW.minus(Duration.ofDays(1))).quarter();
    api.api.rows(facts(dayAgo.minusSeconds(60), 400, 1000));
    api.api.rows(facts(dayAgo.plusSeconds(60), noise, 1000));
    var trend = api.numbers(NOW).at("/trends/noiseRatio");
    assertEquals(direction, trend.get("direction").asText());
    assertNumber(change, trend.get("change"));
    assertNumber("40", trend.at("/day/previous"));
  }

  @Test
  void openRunsAreComparedToo() {
    clock.set(NOW.minus(Duration.ofDays(8)));
    var first = openRun();
    openRun();
    clock.set(NOW.minus(Duration.ofHours(2)));
    assertEquals(200, api.post("/api/v1/analysis/runs/" + first + "/close", "").status());
    clock.set(NOW);
    openRun();
    openRun();
    var numbers = api.numbers(NOW);
    assertEquals(3, numbers.get("activeAnalysisRuns").asInt());
    assertNumber("1", numbers.at("/trends/activeAnalysisRuns/hour/previous"));
    assertNumber("200.0", numbers.at("/trends/activeAnalysisRuns/hour/change"));
    assertNumber("50.0", numbers.at("/trends/activeAnalysisRuns/change"));
    assertNumber("2", numbers.at("/trends/activeAnalysisRuns/week/previous"));
    var before = api.numbers(NOW.minus(Duration.ofDays(7)).minus(Duration.ofHours(23)));
    assertTrue(before.at("/trends/activeAnalysisRuns/week/previous").isNull());
  }

  @Test
  void theNextChangeIsWhenABucketReachesAnAge() {
    sent("2026-03-10T12:01:00Z", "true");
    var bucketEnd = Instant.parse("2026-03-10T12:15:00Z");
    var distances = new String[] {"PT1H", "P1D", "P7D", "P7DT1H", "P8D", "P14D"};
    var now = NOW;
    for (String distance : distances) {
      var tick = api.nextTick(now).orElseThrow();
      assertEquals(bucketEnd.plus(Duration.parse(distance)), tick);
      var before = api.numbers(tick.minusMillis(1));
      assertEquals(api.numbers(now), before);
      assertNotEquals(before, api.numbers(tick), distance);
      now = tick;
    }
    assertEquals(Optional.empty(), api.nextTick(now));
  }

  private static void assertTrend(
      JsonNode numbers, String metric, String span, String now, String then, String direction) {
    assertNumber(now, numbers.get(metric));
    var step = numbers.at("/trends/" + metric + "/" + span);
    assertNumber(then, step.get("previous"));
    assertEquals(direction, step.get("direction").asText(), metric);
  }

  private static void assertNumber(String expected, JsonNode actual) {
    assertEquals(new BigDecimal(expected).setScale(4), actual.decimalValue().setScale(4));
  }

  private String openRun() {
    return api.post(
            "/api/v1/analysis/runs",
            """
            {"time_window_start":"2026-01-01T00:00:00Z","time_window_end":"2026-01-02T00:00:00Z",
             "trigger_type":"scheduled"}""")
        .json()
        .get("id")
        .asText();
  }

  private void sent(String at, String noise) {
    api.message("{\"noise\":" + noise + ",\"sent_at\":\"" + at + "\"}");
  }

  private void add(Instant at, boolean noise, boolean right, String confidence) {
    api.message(
        """
        {"topic_id":"t","noise":%s,"predicted_label":"a","true_label":"%s","confidence":%s,
         "sent_at":"%s"}"""
            .formatted(noise, right ? "a" : "b", confidence, at));
  }

  private static String facts(Instant at, int noise, int all) {
    return """
        INSERT INTO analysis_message (noise, at)
        SELECT g <= %d, '%s' FROM generate_series(1, %d) g"""
        .formatted(noise, at, all);
  }
}
