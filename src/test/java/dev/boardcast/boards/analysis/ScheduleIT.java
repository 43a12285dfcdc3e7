package dev.boardcast.boards.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Api.Answer;
import dev.boardcast.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Schedules open analysis runs in the fold. */
class ScheduleIT {
  // A Tuesday.
  private static final Instant NOW = Instant.parse("2026-03-10T12:20:00Z");
  private static final Instant DUE = Instant.parse("2026-03-16T07:00:00Z");
  private static final String SCHEDULES = "/api/v1/analysis/schedules";
  private static final String RUNS = "/api/v1/analysis/runs";
  private static final String WEEKLY =
      """
      {"name":"weekly","on":["monday"],"at":"08:00","zone":"Europe/Berlin","period":"week"}""";

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
  void aScheduleOpensARunWhenItIsDueAndTheFoldsKnowWhen() {
    Answer made = api.post(SCHEDULES, WEEKLY);
    assertEquals(201, made.status(), made.text());
    JsonNode schedule = made.json();
    assertEquals("2026-03-16T07:00:00.000Z", schedule.get("next_at").asText());
    assertEquals(SCHEDULES + "/" + schedule.get("id").asText(), made.header("Location"));
    assertEquals(1, api.folded(NOW).get("schedules").asInt());
    assertEquals(Optional.of(DUE), api.nextTick(NOW));
    assertEquals(0, api.folded(DUE.minusMillis(1)).get("activeAnalysisRuns").asInt());
    assertTrue(runs().isEmpty());

    Instant late = DUE.plusSeconds(3);
    api.folded(late);
    assertEquals(Optional.of(late.plusSeconds(1)), api.nextTick(late));
    assertEquals(1, api.folded(late.plusSeconds(1)).get("activeAnalysisRuns").asInt());
    assertEquals(1, runs().size());
    JsonNode run = runs().get(0);
    assertEquals("2026-03-08T23:00:00.000Z", run.get("time_window_start").asText());
    assertEquals("2026-03-15T23:00:00.000Z", run.get("time_window_end").asText());
    assertEquals("scheduled", run.get("trigger_type").asText());
    assertEquals("open", run.get("status").asText());
    assertEquals(schedule.get("id"), run.get("schedule_id"));
    assertEquals("2026-03-16T07:00:03.000Z", run.get("opened_at").asText());
    JsonNode listed = api.get(SCHEDULES).json().at("/items/0");
    assertEquals("2026-03-16T07:00:00.000Z", listed.get("last_at").asText());
    assertEquals("2026-03-23T07:00:00.000Z", listed.get("next_at").asText());
    assertEquals(api.folded(late), api.recomputed(late));
  }

  @Test
  void aRunThatIsStillOpenIsNotOpenedTwiceAndAStandstillIsNotMadeUpFor() {
    api.post(SCHEDULES, WEEKLY.replace("\"on\":[\"monday\"],", "").replace("week\"", "day\""));
    Instant first = Instant.parse("2026-03-11T07:00:00Z");
    // For two days no node folds.
    Instant late = first.plus(Duration.ofHours(50));
    api.folded(late);
    assertEquals(1, runs().size());
    assertEquals("2026-03-10T23:00:00.000Z", runs().get(0).get("time_window_end").asText());
    assertEquals(Optional.of(late.plusSeconds(1)), api.nextTick(late));
    Instant next = Instant.parse("2026-03-14T07:00:00Z");
    JsonNode moved = api.get(SCHEDULES).json().at("/items/0");
    assertEquals(next, Instant.parse(moved.get("next_at").asText()));

    api.folded(next);
    assertEquals(1, runs().size());
    JsonNode listed = api.get(SCHEDULES).json().at("/items/0");
    assertEquals("2026-03-14T07:00:00.000Z", listed.get("skipped_at").asText());
    assertEquals("2026-03-11T07:00:00.000Z", listed.get("last_at").asText());

    api.post(RUNS + "/" + runs().get(0).get("id").asText() + "/close", "");
    api.folded(next.plus(Duration.ofDays(1)));
    assertEquals(2, runs().size());
  }

  @Test
  void foldsAtTheSameTimeOpenOneRun() {
    for (int i = 0; i < 5; i++) {
      assertEquals(201, api.post(SCHEDULES, WEEKLY.replace("weekly", "w" + i)).status());
    }
    var one = api.afterFold(DUE);
    var two = api.afterFold(DUE);
    Api.await(one);
    Api.await(two);
    assertEquals(5, runs().size());
    assertEquals(5, api.numbers(DUE).get("activeAnalysisRuns").asInt());
  }

  @Test
  void whatIsDeletedOpensNothing() {
    String path = api.post(SCHEDULES, WEEKLY).header("Location");
    assertEquals(409, api.post(SCHEDULES, WEEKLY).status());
    assertEquals("name", api.post(SCHEDULES, WEEKLY).fields());
    assertEquals(204, api.delete(path).status());
    assertEquals(404, api.delete(path).status());
    assertEquals(404, api.delete(SCHEDULES + "/x").status());
    assertEquals(0, api.folded(DUE).get("schedules").asInt());
    assertTrue(runs().isEmpty());
    assertEquals(Optional.empty(), api.nextTick(DUE));
    assertEquals("[]", api.get(SCHEDULES).json().get("items").toString());
  }

  @Test
  void thereAreNotMoreThanAHundred() {
    api.api.rows(
        """
        INSERT INTO analysis_schedule (id, name, definition, created_at, next_at)
        SELECT gen_random_uuid(), 's' || g, '{"name":"s","at":"08:00","period":"day"}', now(),
               now() + interval '1 year' FROM generate_series(1, 100) g""");
    Answer refused = api.post(SCHEDULES, WEEKLY);
    assertEquals(409, refused.status(), refused.text());
    assertFalse(refused.text().contains("created_at"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|at,name,period",
        "{\"name\":\" \",\"at\":\"08:00\",\"period\":\"day\"}|name",
        "{\"name\":\"n\",\"at\":\"8:00\",\"period\":\"day\"}|at",
        "{\"name\":\"n\",\"at\":\"24:00\",\"period\":\"day\"}|at",
        "{\"name\":\"n\",\"at\":\"08:00:00\",\"period\":\"day\"}|at",
        "{\"name\":\"n\",\"at\":8,\"period\":\"day\"}|at",
        "{\"name\":\"n\",\"at\":\"08:00\",\"period\":\"year\"}|period",
        "{\"name\":\"n\",\"at\":\"08:00\",\"period\":null}|period",
        "{\"name\":\"n\",\"at\":\"08:00\",\"period\":\"day\",\"on\":[]}|on",
        "{\"name\":\"n\",\"at\":\"08:00\",\"period\":\"day\",\"on\":[\"mon\"]}|on",
        "{\"name\":\"n\",\"at\":\"08:00\",\"period\":\"day\",\"on\":[null]}|on",
        "{\"name\":\"n\",\"at\":\"08:00\",\"period\":\"day\",\"on\":[\"monday\",\"monday\"]}|on",
        "{\"name\":\"n\",\"at\":\"08:00\",\"period\":\"day\",\"on\":\"monday\"}|on",
        "{\"name\":\"n\",\"at\":\"08:00\",\"period\":\"day\",\"zone\":\"Mars/Base\"}|zone",
        "{\"name\":\"n\",\"at\":\"08:00\",\"period\":\"day\",\"zone\":\"\"}|zone",
        "{\"name\":\"n\",\"at\":\"08:00\",\"period\":\"day\",\"cron\":\"* * * * *\"}|cron",
        "[]|body"
      })
  void aMalformedScheduleIsRefusedNamingTheField(String body, String field) {
    var answer = api.post(SCHEDULES, body);
    assertEquals(400, answer.status(), answer.text());
    assertEquals(field, answer.fields());
    assertEquals(0, api.api.count("SELECT count(*) FROM analysis_schedule"));
    assertEquals(0, api.api.count("SELECT count(*) FROM analysis_change"));
  }

  private List<JsonNode> runs() {
    List<JsonNode> runs = new ArrayList<>();
    api.get(RUNS).json().get("items").forEach(runs::add);
    return runs;
  }
}
