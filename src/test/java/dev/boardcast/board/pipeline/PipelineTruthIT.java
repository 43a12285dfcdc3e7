package dev.boardcast.board.pipeline;

import static dev.boardcast.board.pipeline.PipelineFixture.RUNS;
import static dev.boardcast.board.pipeline.PipelineFixture.SAMPLES;
import static dev.boardcast.board.pipeline.PipelineFixture.failure;
import static dev.boardcast.board.pipeline.PipelineFixture.sample;
import static dev.boardcast.board.pipeline.PipelineFixture.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.bus.Json;
import dev.boardcast.testing.RealData;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A real pipeline's own logs, with totals computed elsewhere.
 *
 * <p>Without a counterpart in the contract: the sums of {@code tx_new} and {@code la_new} (the same
 * count is logged by several runs) and how often they are blank; {@code new}, {@code amended} and
 * {@code resurfaced} records; runs without a failed check; where the located are.
 */
class PipelineTruthIT {
  private static final Instant BEGIN = Instant.parse("2026-07-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-09-01T00:00:00Z");
  private static final String LOG = "run_log_first24.csv";

  private final PipelineFixture pipeline =
      new PipelineFixture(
          new PipelineConfig(
              Duration.ofHours(26), Duration.ofHours(50), Duration.ofDays(30), 3, 90, 75, 3, 3));

  @AfterEach
  void close() {
    pipeline.close();
  }

  @Test
  void theHoursOfTheRunLogAddUpToItsTotals() throws Exception {
    JsonNode truth = RealData.truth("pipeline").get("runs");
    List<Map<String, String>> log = RealData.csv("pipeline", LOG);
    for (var row : log) post(row, time(row.get("date")));
    pipeline.at(time(truth.get("last").asText()));

    JsonNode hours = pipeline.hours("log", BEGIN, END);
    long runs = sum(hours, "runs");
    assertEquals(truth.get("rows").asLong(), runs);
    assertEquals(truth.at("/by_status/SOFT_FAIL").asLong(), sum(hours, "failures"));
    assertEquals(truth.at("/by_status/OK").asLong(), runs - sum(hours, "failures"));
    long passed = sum(hours, "validation_passes");
    long checks = sum(hours, "validation_attempts");
    assertEquals(truth.get("checks_passed").asLong(), passed);
    assertEquals(truth.get("checks_failed").asLong(), checks - passed);
    assertPercent(
        truth.get("success_rate"), new Rate(runs - sum(hours, "failures"), runs).percent());
    assertPercent(truth.get("check_pass_rate"), new Rate(passed, checks).percent());
    assertEquals(
        Json.time(time(truth.get("first").asText().substring(0, 13) + ":00:00")),
        hours.get(0).get("hour").asText());
    long known = 0;
    for (var row : log) {
      if (row.get("status").equals("OK")) known += records(row);
    }
    assertEquals(known, sum(hours, "records"), "a blank is not zero, nor is a failure's count");
  }

  @Test
  void eachDayHasTheRunsItHad() throws Exception {
    JsonNode truth = RealData.truth("pipeline").at("/runs/runs_by_day");
    List<Map<String, String>> log = RealData.csv("pipeline", LOG);
    int inARow = 0;
    for (var day : truth.properties()) {
      int runs = 0;
      int succeeded = 0;
      for (var row : log) {
        if (!row.get("date").startsWith(day.getKey())) continue;
        post(row, time(row.get("date")));
        runs++;
        if (row.get("status").equals("OK")) {
          succeeded++;
          inARow = 0;
        } else {
          inARow++;
        }
      }
      JsonNode health = pipeline.at(time(day.getKey() + "T23:59:59")).get("scraping_health");
      assertEquals(day.getValue().asInt(), health.get("runs").asInt(), day.getKey());
      assertEquals(
          0,
          new Rate(succeeded, runs).percent().compareTo(health.get("success_rate").decimalValue()));
      JsonNode source = health.at("/sources/log");
      assertEquals(inARow, source.get("consecutive_failures").asInt(), day.getKey());
      String status = inARow >= 3 ? "error" : inARow > 0 ? "warning" : "healthy";
      assertEquals(status, source.get("status").asText(), day.getKey());
    }
  }

  /** The contract's rates are those of 24 hours: the log's 17 days are told as if they were one. */
  @Test
  void theRatesOfTheLogToldWithinADayAreTheTrueRates() throws Exception {
    JsonNode truth = RealData.truth("pipeline").get("runs");
    Instant at = END;
    for (var row : RealData.csv("pipeline", LOG)) {
      post(row, at);
      at = at.plus(Duration.ofMinutes(55));
    }
    JsonNode numbers = pipeline.at(at);
    assertEquals(truth.get("rows").asInt(), numbers.at("/scraping_health/runs").asInt());
    assertPercent(truth.get("success_rate"), numbers.at("/scraping_health/success_rate"));
    assertPercent(truth.get("check_pass_rate"), numbers.at("/data_quality/validation_pass_rate"));
    assertTrue(numbers.at("/data_quality/geocoding_success_rate").isNull());
    assertEquals("healthy", numbers.at("/data_quality/status").asText());
  }

  @Test
  void ledgersGiveTheirIngestsAndWhatEachParsed() throws Exception {
    for (String source : List.of("tx", "la")) {
      JsonNode truth = RealData.truth("pipeline").get("ledger_" + source);
      List<Map<String, String>> ledger =
          RealData.csv("pipeline", "ledger_" + source + "_first10.csv");
      var runs = new ArrayList<ObjectNode>();
      for (var row : ledger) {
        runs.add(
            success(source, time(row.get("ingested_at")), Long.parseLong(row.get("records_parsed")))
                .put("event_id", row.get("sha256") + "/" + row.get("ingested_at")));
      }
      pipeline.post(RUNS, runs);
      Instant last = time(truth.get("last").asText());
      JsonNode state = pipeline.at(last).at("/scraping_health/sources/" + source);
      assertEquals(Json.time(last), state.get("last_run").asText());
      assertEquals(
          ledger.get(ledger.size() - 1).get("records_parsed"), state.get("last_records").asText());
      JsonNode hours = pipeline.hours(source, BEGIN, END);
      assertEquals(truth.get("rows").asLong(), sum(hours, "runs"));
      assertEquals(truth.get("distinct_sha256").asLong(), sum(hours, "runs"));
      assertEquals(0, sum(hours, "failures"));
      assertEquals(truth.get("records_parsed").asLong(), sum(hours, "records"));
    }
  }

  /** It parses a snapshot, not an increment: the new month begins with fewer records. */
  @Test
  void theDropAtTheTurnOfTheMonthIsAnAnomalyOfTheLedger() throws Exception {
    for (var row : RealData.csv("pipeline", "ledger_tx_first10.csv")) {
      if (row.get("ingested_at").compareTo("2026-08-08") > 0) break;
      pipeline.post(
          RUNS,
          success("tx", time(row.get("ingested_at")), Long.parseLong(row.get("records_parsed"))));
    }
    // The hours of the last 7 days: 812, 842, 893.
    assertEquals(
        Json.MAPPER.readTree(
            """
            [{"source":"tx","metric":"records","value":136,"expected":842,"deviation":-15.8730,
              "since":"2026-08-07T16:00:00.000Z"}]"""),
        pipeline.at(time("2026-08-07T17:00:00")).get("anomalies"));
  }

  @Test
  void eachPermitIsOneAttemptToLocateIt() throws Exception {
    JsonNode truth = RealData.truth("pipeline").get("geocoding_tx");
    Instant at = time("2026-08-12T12:00:00");
    var samples = new ArrayList<ObjectNode>();
    for (var row : RealData.csv("pipeline", "permits_tx_first800.csv")) {
      boolean located = !row.get("Surface_Lat").isEmpty() && !row.get("Surface_Lon").isEmpty();
      samples.add(
          sample("tx/" + row.get("District"), at, 1, located ? 1 : 0, 0, 0)
              .put("event_id", row.get("Permit_Number")));
    }
    pipeline.post(SAMPLES, samples);
    assertEquals(truth.get("distinct_Permit_Number").asInt(), samples.size());

    JsonNode quality = pipeline.at(at.plusSeconds(60)).get("data_quality");
    assertEquals(truth.get("attempts").asInt(), quality.get("geocoding_attempts").asInt());
    assertPercent(truth.get("rate"), quality.get("geocoding_success_rate"));
    assertEquals("error", quality.get("status").asText());
    JsonNode hours = pipeline.hours(null, BEGIN, END);
    assertEquals(truth.get("located").asLong(), sum(hours, "geocoding_successes"));
    JsonNode districts = truth.get("attempts_and_located_by_District");
    assertEquals(districts.size(), hours.size());
    for (var district : districts.properties()) {
      JsonNode hour = pipeline.hours("tx/" + district.getKey(), BEGIN, END).get(0);
      assertEquals(district.getValue().get(0).asLong(), hour.get("geocoding_attempts").asLong());
      assertEquals(district.getValue().get(1).asLong(), hour.get("geocoding_successes").asLong());
    }
  }

  /** One row of the log: a run, and the checks it made. */
  private void post(Map<String, String> row, Instant at) throws IOException {
    boolean isOk = row.get("status").equals("OK");
    pipeline.post(RUNS, isOk ? success("log", at, records(row)) : failure("log", at));
    long passed = Long.parseLong(row.get("checks_passed"));
    long checks = passed + Long.parseLong(row.get("checks_failed"));
    pipeline.post(SAMPLES, sample("log", at, 0, 0, checks, passed));
  }

  /** What the sources that gave something gave. */
  private static long records(Map<String, String> row) {
    long records = 0;
    for (String column : List.of("tx_new", "la_new")) {
      if (!row.get(column).isEmpty()) records += Long.parseLong(row.get(column));
    }
    return records;
  }

  private static Instant time(String local) {
    return Instant.parse(local + "Z");
  }

  private static long sum(JsonNode hours, String field) {
    long sum = 0;
    for (JsonNode hour : hours) sum += hour.get(field).asLong();
    return sum;
  }

  private static void assertPercent(JsonNode ratio, JsonNode percent) {
    assertPercent(ratio, percent.decimalValue());
  }

  /** Ratios of the truth have 6 decimals: the same digits as percents of 4. */
  private static void assertPercent(JsonNode ratio, BigDecimal percent) {
    assertEquals(
        0, ratio.decimalValue().movePointRight(2).compareTo(percent), ratio + " " + percent);
  }
}
