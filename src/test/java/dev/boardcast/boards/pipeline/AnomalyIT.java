package dev.boardcast.boards.pipeline;

import static dev.boardcast.boards.pipeline.PipelineFixture.RUNS;
import static dev.boardcast.boards.pipeline.PipelineFixture.SAMPLES;
import static dev.boardcast.boards.pipeline.PipelineFixture.failure;
import static dev.boardcast.boards.pipeline.PipelineFixture.sample;
import static dev.boardcast.boards.pipeline.PipelineFixture.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.spi.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hours that deviate from series with a known median and MAD. */
class AnomalyIT {
  private static final Instant HOUR = Instant.parse("2026-03-10T12:00:00Z");
  private static final Instant NOW = HOUR.plusSeconds(1200);

  private final PipelineFixture pipeline = new PipelineFixture();

  @AfterEach
  void close() {
    pipeline.close();
  }

  /** Median 140, MAD 20: a robust deviation is 29.652. */
  @ParameterizedTest
  @CsvSource({"228, ", "229, 3.0015", "52, ", "51, -3.0015", "0, -4.7214"})
  void recordsBeyondThreeRobustDeviationsAreAnAnomaly(long records, String deviation)
      throws Exception {
    past(50, hour -> success("a", hour(hour), 100 + 20 * (hour % 5)));
    pipeline.post(RUNS, success("a", HOUR.plusSeconds(60), records));
    JsonNode anomalies = pipeline.at(NOW).get("anomalies");
    if (deviation == null) {
      assertTrue(anomalies.isEmpty(), anomalies.toString());
    } else {
      assertEquals(
          Json.MAPPER.readTree(
              """
              [{"source":"a","metric":"records","value":%d,"expected":140,"deviation":%s,
                "since":"2026-03-10T12:00:00.000Z"}]"""
                  .formatted(records, deviation)),
          anomalies);
    }
    assertEquals(pipeline.at(NOW), pipeline.folding.recomputedAt(NOW));
  }

  /**
   * A deviation of at most five percent of the records, or one record, is no anomaly, however small
   * the variation before.
   */
  @ParameterizedTest
  @CsvSource({"100, 115, ''", "100, 116, 3.2", "100, 84, -3.2", "1, 4, ''", "1, 5, 4", "0, 4, 4"})
  void aPastWithoutSpreadDoesNotMakeNoiseAnAnomaly(long usual, long records, String deviation) {
    past(24, hour -> success("a", hour(hour), usual));
    pipeline.post(RUNS, success("a", HOUR, records));
    assertEquals(deviation, deviations("records"));
  }

  /**
   * With n attempts, a deviation of at most 50 / sqrt(n) percentage points, or one, is no anomaly.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 0, ''",
    "2, 0, ''",
    "3, 0, -3.2909",
    "4, 0, -3.8",
    "1000, 903, ''",
    "1000, 902, -3.0358",
    "1000000, 920001, ''",
    "1000000, 919999, -3.0001",
    "1000, 1000, 3.1623"
  })
  void aRateOfFewAttemptsMayVary(long tries, long good, String deviation) {
    var samples = new ArrayList<ObjectNode>();
    for (int hour = 1; hour <= 30; hour++) {
      samples.add(sample("a", hour(hour), 1000, 950, 2000, 1900));
    }
    samples.add(sample("a", HOUR, tries, good, 0, 0));
    pipeline.post(SAMPLES, samples);
    assertEquals(deviation, deviations("geocoding_success_rate"));
    assertEquals("", deviations("validation_pass_rate"));
    pipeline.post(SAMPLES, sample("a", HOUR, 0, 0, tries, good));
    assertEquals(deviation, deviations("validation_pass_rate"));
  }

  @ParameterizedTest
  @CsvSource({"3, ''", "4, ''", "5, -3.1623", "10, -6.3246"})
  void anHourOfFailuresIsAnAnomalyOfSuccessAndNotOfRecords(int failed, String deviation) {
    past(30, hour -> success("a", hour(hour), 100));
    pipeline.post(
        RUNS,
        IntStream.range(0, 10)
            .mapToObj(
                run -> run < failed ? failure("a", HOUR.plusSeconds(run)) : success("a", HOUR, 100))
            .toList());
    assertEquals(deviation, deviations("success_rate"));
    assertEquals("", deviations("records"));
  }

  @Test
  void runsThatRepeatTheSameCountWithinAnHourAreNoAnomaly() {
    past(24, hour -> success("a", hour(hour), 34));
    pipeline.post(
        RUNS,
        success("a", HOUR, 34),
        success("a", HOUR.plusSeconds(719), 34),
        success("a", HOUR.plusSeconds(1355), 34));
    assertEquals("", deviations("records"));
  }

  @Test
  void aPastOfLessThan24HoursSaysNothing() {
    past(23, hour -> success("a", hour(hour), 100));
    pipeline.post(RUNS, success("a", HOUR, 1));
    assertEquals("", deviations("records"));
    pipeline.post(RUNS, success("a", hour(24), 100));
    assertEquals("-19.8", deviations("records"));
  }

  @Test
  void thePastIsSevenDaysLongAndKnowsLateFacts() {
    past(24, hour -> success("a", HOUR.minus(Duration.ofHours(168 + hour)), 5000));
    past(24, hour -> success("a", hour(hour), 100));
    pipeline.post(RUNS, success("a", HOUR, 200));
    assertEquals("20", deviations("records"));
    past(25, hour -> success("a", HOUR.minus(Duration.ofHours(168 - 2 * hour)), 200));
    assertEquals("", deviations("records"));
  }

  @Test
  void anAnomalyIsOfItsOwnSourceAndEndsWithABetterHourOrAfter24Hours() {
    past(24, hour -> success("a", hour(hour), 100));
    past(24, hour -> success("b", hour(hour), 7));
    pipeline.post(RUNS, success("a", HOUR, 7), success("b", HOUR, 7));
    JsonNode anomalies = pipeline.at(NOW).get("anomalies");
    assertEquals(1, anomalies.size());
    assertEquals("a", anomalies.get(0).get("source").asText());
    Instant end = HOUR.plus(Duration.ofHours(24));
    assertEquals(1, pipeline.at(end.minusMillis(1)).get("anomalies").size());
    assertEquals(0, pipeline.at(end).get("anomalies").size());
    pipeline.post(RUNS, success("a", HOUR.plusSeconds(3600), 100));
    assertEquals(0, pipeline.at(NOW.plusSeconds(3600)).get("anomalies").size());
  }

  /** The facts ahead are of the same source, of another metric or the same. */
  @Test
  void factsAheadHideNoAnomaly() {
    past(24, hour -> success("a", hour(hour), 10));
    pipeline.post(RUNS, success("a", HOUR.plusSeconds(60), 500));
    JsonNode before = pipeline.at(NOW);
    assertEquals(1, before.get("anomalies").size());
    assertEquals(1, before.get("alerts").size());
    Instant ahead = NOW.plus(Duration.ofMinutes(24 * 60 - 1));
    pipeline.post(SAMPLES, sample("a", ahead, 10, 9, 10, 9));
    assertEquals(before.get("anomalies"), pipeline.at(NOW).get("anomalies"));
    assertEquals(before.get("alerts"), pipeline.at(NOW).get("alerts"));
    pipeline.post(RUNS, success("a", ahead, 10), success("a", HOUR.plusSeconds(5400), 11));
    assertEquals(before.get("anomalies"), pipeline.at(NOW).get("anomalies"));
    assertEquals(pipeline.at(NOW), pipeline.folding.recomputedAt(NOW));
    // Their own hours are compared once they begin.
    assertEquals(0, pipeline.at(HOUR.plusSeconds(3600)).get("anomalies").size());
    assertEquals(0, pipeline.at(ahead).get("anomalies").size());
  }

  @Test
  void lateFactsChangeThePastOfTheHoursAfterThem() {
    past(24, hour -> success("a", hour(hour), 100));
    pipeline.post(RUNS, success("a", HOUR, 300));
    pipeline.post(RUNS, success("a", HOUR.plus(Duration.ofHours(20)), 100));
    assertEquals("40", deviations("records"));
    past(30, hour -> success("a", hour(hour).minus(Duration.ofHours(48)), 300));
    assertEquals("", deviations("records"));
    assertEquals(pipeline.at(NOW), pipeline.folding.recomputedAt(NOW));
  }

  private void past(int hours, IntFunction<ObjectNode> fact) {
    List<ObjectNode> facts = IntStream.rangeClosed(1, hours).mapToObj(fact).toList();
    pipeline.post(RUNS, facts);
  }

  /** That many hours before. */
  private static Instant hour(int before) {
    return HOUR.minus(Duration.ofHours(before)).plusSeconds(before);
  }

  private String deviations(String metric) {
    var text = new StringBuilder();
    for (JsonNode anomaly : pipeline.at(NOW).get("anomalies")) {
      if (anomaly.get("metric").asText().equals(metric)) {
        text.append(anomaly.get("deviation").decimalValue().stripTrailingZeros().toPlainString());
      }
    }
    return text.toString();
  }
}
