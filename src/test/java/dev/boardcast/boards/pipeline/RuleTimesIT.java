package dev.boardcast.boards.pipeline;

import static dev.boardcast.boards.pipeline.PipelineFixture.HOURS;
import static dev.boardcast.boards.pipeline.PipelineFixture.RUNS;
import static dev.boardcast.boards.pipeline.PipelineFixture.SAMPLES;
import static dev.boardcast.boards.pipeline.PipelineFixture.failure;
import static dev.boardcast.boards.pipeline.PipelineFixture.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.config.Settings;
import dev.boardcast.spi.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each rule of the board does with facts ahead of the clock, late, and out of order; named
 * checks, and records per run. Every case has a source of its own.
 */
@TestInstance(Lifecycle.PER_CLASS)
class RuleTimesIT {
  private static final Instant NOW = Instant.parse("2026-03-10T12:30:00Z");
  private static final Instant HOUR = Instant.parse("2026-03-10T12:00:00Z");
  private static final Instant AHEAD = NOW.plus(Duration.ofMinutes(24 * 60 - 1));
  private static final PipelineConfig CONFIG =
      Settings.of(
          PipelineConfig.class,
          "pipeline-schedules=overdue-ahead=1h,overdue-late=1h,overdue-order=1h",
          "pipeline-records=records-ahead=5..50,records-late=5..50,records-order=5..50,band=5..50");

  private final PipelineFixture pipeline = new PipelineFixture(CONFIG);

  @AfterAll
  void close() {
    pipeline.close();
  }

  /** A fact, and where it is sent to. */
  private record Sent(String path, ObjectNode fact) {}

  private static Sent good(String source, Instant at, long records) {
    return new Sent(RUNS, success(source, at, records));
  }

  private static Sent bad(String source, Instant at) {
    return new Sent(RUNS, failure(source, at));
  }

  private static Sent checked(String source, Instant at, String name, long attempts, long passes) {
    ObjectNode sample =
        Json.MAPPER.createObjectNode().put("source", source).put("sampled_at", at.toString());
    sample
        .putArray("checks")
        .addObject()
        .put("name", name)
        .put("attempts", attempts)
        .put("passes", passes);
    return new Sent(SAMPLES, sample);
  }

  private static Instant ago(long minutes) {
    return NOW.minus(Duration.ofMinutes(minutes));
  }

  /** Facts of a source that raise exactly one alert. */
  private static List<Sent> raising(String rule, String source) {
    var facts = new ArrayList<Sent>();
    switch (rule) {
      case "failing" -> {
        facts.add(good(source, ago(40), 10));
        for (int i = 3; i > 0; i--) facts.add(bad(source, ago(i)));
      }
      case "stale" -> facts.add(good(source, ago(27 * 60), 10));
      case "overdue" -> facts.add(good(source, ago(121), 10));
      case "records" -> {
        facts.add(good(source, ago(20), 10));
        facts.add(good(source, ago(10), 51));
      }
      case "anomaly.records" -> {
        for (int i = 24; i > 0; i--) {
          facts.add(good(source, HOUR.minus(Duration.ofHours(i)), 10));
        }
        facts.add(good(source, HOUR.plusSeconds(60), 500));
      }
      case "anomaly.check.price" -> {
        for (int i = 24; i > 0; i--) {
          facts.add(checked(source, HOUR.minus(Duration.ofHours(i)), "price", 1000, 1000));
        }
        // Healthy over 24 hours.
        facts.add(checked(source, HOUR.plusSeconds(60), "price", 1000, 800));
      }
      default -> {
        facts.add(checked(source, ago(60), check(rule), 100, 95));
        facts.add(checked(source, ago(10), check(rule), 100, 80));
      }
    }
    return facts;
  }

  private static String check(String rule) {
    return switch (rule) {
      case "geocoding_success_rate" -> "geocoding";
      case "validation_pass_rate" -> "validation";
      default -> "price";
    };
  }

  /** Facts that would clear the alert if they were of now. */
  private static List<Sent> clearing(String rule, String source, Instant at) {
    return switch (rule) {
      case "failing", "stale", "overdue", "records" -> List.of(good(source, at, 10));
      case "anomaly.records" -> List.of(good(source, at, 10));
      case "anomaly.check.price" -> List.of(checked(source, at, "price", 1000, 1000));
      default -> List.of(checked(source, at, check(rule), 100_000, 100_000));
    };
  }

  private static Stream<String> rules() {
    return Stream.of(
        "failing",
        "stale",
        "overdue",
        "records",
        "geocoding_success_rate",
        "validation_pass_rate",
        "check.price",
        "anomaly.records",
        "anomaly.check.price");
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aFactAheadHidesNothingAndCountsInItsTime(String rule) {
    String source = rule + "-ahead";
    send(raising(rule, source));
    assertEquals(List.of(rule), raised(source, NOW));
    send(clearing(rule, source, AHEAD));
    // Of another kind, and of the same source.
    send(List.of(checked(source, AHEAD, "other", 10, 10)));
    assertEquals(List.of(rule), raised(source, NOW), "ahead of the clock");
    assertTrue(!raised(source, AHEAD).contains(rule), "in its time");
    assertEquals(pipeline.at(NOW), pipeline.folding.recomputedAt(NOW));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void factsInAnyOrderRaiseTheSame(String rule) {
    String source = rule + "-order";
    var facts = new ArrayList<>(raising(rule, source));
    Collections.shuffle(facts, new Random(rule.hashCode()));
    for (Sent each : facts) {
      send(List.of(each));
      if (facts.size() < 10) pipeline.at(NOW);
    }
    assertEquals(List.of(rule), raised(source, NOW));
  }

  /** A late fact counts in its own time, and only there. */
  private static Stream<Arguments> late() {
    return Stream.of(
        // Between the failures: the series is split.
        Arguments.of("failing", good("failing-late", ago(2).plusSeconds(1), 10), false),
        Arguments.of("failing", bad("failing-late", ago(50)), true),
        Arguments.of("stale", good("stale-late", ago(25 * 60), 10), false),
        Arguments.of("stale", good("stale-late", ago(28 * 60), 10), true),
        Arguments.of("overdue", good("overdue-late", ago(119), 10), false),
        Arguments.of("overdue", good("overdue-late", ago(125), 10), true),
        // Before the last success, which stays the last.
        Arguments.of("records", good("records-late", ago(15), 10), true),
        Arguments.of("records", good("records-late", ago(5), 10), false),
        late("geocoding_success_rate", 23 * 60, false),
        late("geocoding_success_rate", 25 * 60, true),
        late("validation_pass_rate", 23 * 60, false),
        late("validation_pass_rate", 25 * 60, true),
        late("check.price", 23 * 60, false),
        late("check.price", 25 * 60, true),
        // In the same hour: its mean is that of both.
        Arguments.of("anomaly.records", good("anomaly.records-late", ago(28), 10), true),
        Arguments.of("anomaly.check.price", price(100_000, ago(28)), false),
        Arguments.of("anomaly.check.price", price(1000, ago(200 * 60)), true));
  }

  private static Sent price(long attempts, Instant at) {
    return checked("anomaly.check.price-late", at, "price", attempts, attempts);
  }

  private static Arguments late(String rule, long minutes, boolean isRaised) {
    return Arguments.of(
        rule, checked(rule + "-late", ago(minutes), check(rule), 100_000, 100_000), isRaised);
  }

  @ParameterizedTest
  @MethodSource("late")
  void aLateFactCountsInItsOwnTime(String rule, Sent late, boolean isRaised) throws Exception {
    pipeline.sql.run(
        "TRUNCATE scrape_run, quality_sample, data_quality_metrics, pipeline_slot,"
            + " pipeline_source, pipeline_deviation, pipeline_check, pipeline_check_source");
    String source = rule + "-late";
    send(raising(rule, source));
    assertEquals(List.of(rule), raised(source, NOW));
    send(List.of(late));
    assertEquals(isRaised ? List.of(rule) : List.of(), raised(source, NOW));
    assertEquals(pipeline.at(NOW), pipeline.folding.recomputedAt(NOW));
  }

  @Test
  void checksAreNamedAndTheOldFieldsStay() {
    ObjectNode sample =
        Json.MAPPER.createObjectNode().put("source", "named").put("sampled_at", ago(5).toString());
    var checks = sample.putArray("checks");
    checks.addObject().put("name", "geocoding").put("attempts", 10).put("passes", 10);
    checks.addObject().put("name", "price").put("attempts", 100).put("passes", 70);
    checks.addObject().put("name", "never").put("attempts", 0).put("passes", 0);
    send(List.of(new Sent(SAMPLES, sample)));
    JsonNode quality = pipeline.at(NOW).at("/data_quality/sources/named");
    assertEquals("error", quality.get("status").asText(), "of the worst check");
    assertEquals(100, quality.get("geocoding_success_rate").asInt());
    assertEquals(10, quality.get("geocoding_attempts").asInt());
    assertTrue(quality.get("validation_pass_rate").isNull());
    assertEquals(
        "{\"geocoding\":{\"status\":\"healthy\",\"pass_rate\":100,\"attempts\":10,\"passes\":10},"
            + "\"price\":{\"status\":\"error\",\"pass_rate\":70,\"attempts\":100,\"passes\":70}}",
        quality.get("checks").toString());
    assertEquals(List.of("check.price"), raised("named", NOW));
    JsonNode row = pipeline.hours("named", HOUR, HOUR.plusSeconds(3600)).get(0);
    assertEquals("error", row.get("status").asText());
    assertEquals("check.price", row.get("metric_type").asText());
    assertEquals(
        "[{\"name\":\"geocoding\",\"attempts\":10,\"passes\":10,\"pass_rate\":100,"
            + "\"status\":\"healthy\",\"metric_type\":\"geocoding_success_rate\"},"
            + "{\"name\":\"price\",\"attempts\":100,\"passes\":70,\"pass_rate\":70,"
            + "\"status\":\"error\",\"metric_type\":\"check.price\"}]",
        row.get("checks").toString(),
        HOURS);
  }

  @Test
  void recordsOfARunAreBesideTheirBand() {
    send(List.of(good("band", ago(30), 4), good("band", ago(20), 50), bad("band", ago(1))));
    JsonNode within = records("band");
    assertEquals("within", within.get("state").asText(), "of the last success");
    assertEquals("configured", within.get("basis").asText());
    assertEquals(4, within.get("fewest").asInt());
    assertEquals(50, within.get("most").asInt());
    assertEquals(5, within.get("expected_fewest").asInt());
    send(List.of(good("band", ago(10), 4)));
    assertEquals("below", records("band").get("state").asText());
    assertEquals(List.of("records"), raised("band", NOW));
    assertEquals("unknown", records("free").path("state").asText("unknown"));

    for (int i = 24; i > 0; i--) {
      send(List.of(good("learned", HOUR.minus(Duration.ofHours(i)), 98 + i % 5)));
    }
    send(List.of(good("learned", ago(3), 103)));
    JsonNode learned = records("learned");
    assertEquals("within", learned.get("state").asText());
    assertEquals("learned", learned.get("basis").asText());
    assertEquals(85, learned.get("expected_fewest").asInt());
    assertEquals(115, learned.get("expected_most").asInt());
    send(List.of(good("learned", ago(2), 116)));
    assertEquals("above", records("learned").get("state").asText());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "checks | null",
        "checks | []",
        "checks | {}",
        "checks | 1",
        "checks[0] | [null]",
        "checks[0] | [7]",
        "checks[0].name | [{'attempts':1,'passes':1}]",
        "checks[0].name | [{'name':null,'attempts':1,'passes':1}]",
        "checks[0].name | [{'name':' ','attempts':1,'passes':1}]",
        "checks[0].name | [{'name':5,'attempts':1,'passes':1}]",
        "checks[0].attempts | [{'name':'a','passes':1}]",
        "checks[0].attempts | [{'name':'a','attempts':-1,'passes':0}]",
        "checks[0].attempts | [{'name':'a','attempts':1.5,'passes':0}]",
        "checks[0].attempts | [{'name':'a','attempts':1000000001,'passes':0}]",
        "checks[0].attempts | [{'name':'a','attempts':'1','passes':0}]",
        "checks[0].passes | [{'name':'a','attempts':1}]",
        "checks[0].passes | [{'name':'a','attempts':1,'passes':2}]",
        "checks[0].passes | [{'name':'a','attempts':1,'passes':-1}]",
        "checks[0].passes | [{'name':'a','attempts':1,'passes':true}]",
        "checks[0].rate | [{'name':'a','attempts':1,'passes':1,'rate':1}]",
        "checks[1].name | [{'name':'a','attempts':1,'passes':1},{'name':'a','attempts':1,'passes':1}]",
        "checks[1].passes | [{'name':'a','attempts':1,'passes':1},{'name':'b','attempts':1,'passes':3}]"
      })
  void aMalformedCheckIsNamedAndChangesNothing(String field, String checks) throws Exception {
    String before = pipeline.sql.column("SELECT count(*)::text FROM quality_sample").get(0);
    String body = "{\"source\":\"m\",\"checks\":" + checks.replace('\'', '"') + "}";
    var answer = pipeline.api.call("POST", SAMPLES).as(PipelineFixture.SENDER).json(body).now();
    assertEquals(400, answer.status(), answer.text());
    String named = checks.equals("null") ? "geocoding_attempts" : field;
    assertEquals(named, answer.fields(), answer.text());
    assertEquals(before, pipeline.sql.column("SELECT count(*)::text FROM quality_sample").get(0));
  }

  @Test
  void aCheckIsNotGivenTwice() {
    String body =
        """
        {"source":"m","geocoding_attempts":1,"geocoding_successes":1,
         "checks":[{"name":"geocoding","attempts":1,"passes":1}]}""";
    var answer = pipeline.api.call("POST", SAMPLES).as(PipelineFixture.SENDER).json(body).now();
    assertEquals(400, answer.status(), answer.text());
    assertEquals("checks[0].name", answer.fields());
  }

  private JsonNode records(String source) {
    return pipeline.at(NOW).at("/scraping_health/sources/" + source + "/records_per_run");
  }

  private void send(List<Sent> facts) {
    for (String path : List.of(RUNS, SAMPLES)) {
      var some = facts.stream().filter(each -> each.path().equals(path)).map(Sent::fact).toList();
      if (!some.isEmpty()) pipeline.post(path, some);
    }
  }

  private List<String> raised(String source, Instant now) {
    var rules = new ArrayList<String>();
    for (JsonNode alert : pipeline.at(now).get("alerts")) {
      if (alert.get("source").asText().equals(source)) rules.add(alert.get("rule").asText());
    }
    return rules;
  }
}
