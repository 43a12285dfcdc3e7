package dev.boardcast.testing.recorded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.ExpectedTotals;
import dev.boardcast.testing.UncoveredTotals;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;

/**
 * A pipeline's own logs, day by day, as {@link PipelineFacts}. At the end the log is repeated
 * within one day, because the board's rates are those of 24 hours.
 */
public final class PipelineRecording implements Recording {
  private static final Instant REPEATED = Instant.parse("2026-08-13T01:00:00Z");

  private final ExpectedTotals expected = ExpectedTotals.of("pipeline");
  private final PipelineFacts facts = new PipelineFacts();

  public PipelineRecording() throws IOException {}

  @Override
  public String board() {
    return "pipeline";
  }

  @Override
  public List<String> webSocketPaths() {
    return List.of(
        "/ws?topics=pipeline",
        "/api/v1/ws/monitoring/pipeline-status",
        "/ws/monitoring/pipeline-status");
  }

  @Override
  public List<String> httpPaths() {
    return List.of("/api/v1/monitoring/pipeline-status");
  }

  @Override
  public ExpectedTotals expected() {
    return expected;
  }

  @Override
  public Set<String> uncovered() {
    return UncoveredTotals.PIPELINE;
  }

  @Override
  public List<Stage> stages() {
    SortedSet<String> days = facts.days();
    var stages = new ArrayList<Stage>();
    for (String day : days) {
      boolean isLast = day.equals(days.last());
      var known = facts.of(day);
      if (isLast) known.addAll(facts.permits(PipelineFacts.time(day + "T12:00:00")));
      stages.add(
          new Stage(
              PipelineFacts.time(day + "T23:59:59"),
              known,
              metrics -> {
                checkDay(day, metrics);
                if (isLast) checkLast(metrics);
              }));
    }
    stages.add(
        new Stage(REPEATED.plus(Duration.ofHours(22)), facts.repeated(REPEATED), this::checkRates));
    return stages;
  }

  @Override
  public void compare(Reader reader) throws Exception {
    JsonNode hours = hours(reader, "log");
    long runs = sum(hours, "runs");
    long failures = sum(hours, "failures");
    assertEquals(expected.count("/runs/rows"), runs);
    assertEquals(expected.count("/runs/by_status/SOFT_FAIL"), failures);
    assertEquals(expected.count("/runs/by_status/OK"), runs - failures);
    long passed = sum(hours, "validation_passes");
    assertEquals(expected.count("/runs/checks_passed"), passed);
    assertEquals(expected.count("/runs/checks_failed"), sum(hours, "validation_attempts") - passed);
    assertFirst("/runs/first", hours);
    for (String source : PipelineFacts.LEDGERS) {
      String path = "/ledger_" + source;
      JsonNode ledger = hours(reader, source);
      assertEquals(expected.count(path + "/rows"), sum(ledger, "runs"));
      assertEquals(expected.count(path + "/distinct_sha256"), sum(ledger, "runs"));
      assertEquals(expected.count(path + "/records_parsed"), sum(ledger, "records"));
      assertEquals(0, sum(ledger, "failures"));
      assertFirst(path + "/first", ledger);
    }
    String located = "/geocoding_tx/attempts_and_located_by_District";
    for (String district : expected.names(located)) {
      JsonNode permitted = hours(reader, "tx/" + district);
      List<Long> both = expected.list(located + "/" + district);
      assertEquals(both.get(0), sum(permitted, "geocoding_attempts"), district);
      assertEquals(both.get(1), sum(permitted, "geocoding_successes"), district);
    }
  }

  private void checkDay(String day, JsonNode metrics) {
    JsonNode source = metrics.at("/scraping_health/sources/log");
    boolean isLogged = expected.names("/runs/runs_by_day").contains(day);
    long runs = isLogged ? expected.count("/runs/runs_by_day/" + day) : 0;
    assertEquals(runs, source.get("runs").asLong(), day);
    if (day.equals("2026-08-07")) checkDrop(metrics);
  }

  /** A row of a ledger counts a whole file, so a new month starts with fewer records. */
  private static void checkDrop(JsonNode metrics) {
    for (JsonNode anomaly : metrics.get("anomalies")) {
      if (!anomaly.get("source").asText().equals("tx")) continue;
      assertEquals("records", anomaly.get("metric").asText());
      assertEquals(136, anomaly.get("value").asInt());
      assertEquals(842, anomaly.get("expected").asInt());
      assertEquals("-15.873", plain(anomaly.get("deviation")));
      return;
    }
    throw new AssertionError("no anomaly of tx in " + metrics.get("anomalies"));
  }

  private void checkLast(JsonNode metrics) {
    assertLast("/runs/last", metrics, "log");
    for (String source : PipelineFacts.LEDGERS)
      assertLast("/ledger_" + source + "/last", metrics, source);
    JsonNode quality = metrics.get("data_quality");
    long attempts = quality.get("geocoding_attempts").asLong();
    assertEquals(expected.count("/geocoding_tx/attempts"), attempts);
    assertEquals(expected.count("/geocoding_tx/distinct_Permit_Number"), attempts);
    percent("/geocoding_tx/rate", quality.get("geocoding_success_rate"));
    BigDecimal rate = quality.get("geocoding_success_rate").decimalValue();
    long located = rate.multiply(BigDecimal.valueOf(attempts, 2)).longValueExact();
    assertEquals(expected.count("/geocoding_tx/located"), located);
    assertEquals(expected.count("/geocoding_tx/not_located"), attempts - located);
    assertEquals("error", quality.get("status").asText());
  }

  private void checkRates(JsonNode metrics) {
    assertEquals(expected.count("/runs/rows"), metrics.at("/scraping_health/runs").asLong());
    percent("/runs/success_rate", metrics.at("/scraping_health/success_rate"));
    percent("/runs/check_pass_rate", metrics.at("/data_quality/validation_pass_rate"));
    assertTrue(metrics.at("/data_quality/geocoding_success_rate").isNull());
  }

  private static JsonNode hours(Reader reader, String source) throws Exception {
    String range = "&from=2026-07-01T00:00:00Z&to=2026-09-01T00:00:00Z&limit=1000";
    return reader.get("/api/v1/monitoring/data-quality?source=" + source + range).get("items");
  }

  private static long sum(JsonNode hours, String field) {
    long sum = 0;
    for (JsonNode hour : hours) sum += hour.get(field).asLong();
    return sum;
  }

  /** The history has a resolution of one hour. */
  private void assertFirst(String path, JsonNode hours) {
    Instant hour = PipelineFacts.time(expected.text(path).substring(0, 13) + ":00:00");
    assertEquals(Json.time(hour), hours.get(0).get("hour").asText());
  }

  private void assertLast(String path, JsonNode metrics, String source) {
    JsonNode last = metrics.at("/scraping_health/sources/" + source + "/last_run");
    assertEquals(Json.time(PipelineFacts.time(expected.text(path))), last.asText(), path);
  }

  private void percent(String path, JsonNode percent) {
    assertTrue(percent.isNumber(), path);
    expected.exact(path, percent.decimalValue().movePointLeft(2));
  }

  private static String plain(JsonNode number) {
    return number.decimalValue().stripTrailingZeros().toPlainString();
  }
}
