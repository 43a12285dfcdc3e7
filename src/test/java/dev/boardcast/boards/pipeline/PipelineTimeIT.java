package dev.boardcast.boards.pipeline;

import static dev.boardcast.boards.pipeline.PipelineFixture.RUNS;
import static dev.boardcast.boards.pipeline.PipelineFixture.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ends of days, months and years, changes to and from summer time, and a clock that is set back.
 */
class PipelineTimeIT {
  private final PipelineFixture pipeline = new PipelineFixture();

  @AfterEach
  void close() {
    pipeline.close();
  }

  @ParameterizedTest
  @CsvSource({
    "a leap day,           2024-03-01T00:02:00Z, 2024-02-29T00:00:00Z",
    "the day before,       2024-02-29T23:59:59Z, 2024-02-28T23:55:00Z",
    "a year,               2024-01-01T00:00:00Z, 2023-12-31T00:00:00Z",
    "clocks that go ahead, 2026-03-29T22:00:00Z, 2026-03-28T22:00:00Z",
    "clocks that go back,  2026-10-25T23:00:00Z, 2026-10-24T23:00:00Z"
  })
  void aDayIs24HoursAcross(String what, Instant now, Instant begins) {
    pipeline.post(
        RUNS,
        success("a", begins.minusMillis(1), 1),
        success("a", begins, 1),
        success("a", now, 1));
    assertEquals(2, runs(now), what);
    assertEquals(2, runs(Window.next(now).minusMillis(1)), what);
    assertEquals(1, runs(Window.next(now)), what);
  }

  /** 02:30 occurs twice in Berlin that night. */
  @Test
  void anHourThatPeopleHaveTwiceIsTwoHours() {
    Instant first = Instant.parse("2026-10-25T00:30:00Z");
    Instant second = first.plus(Duration.ofHours(1));
    pipeline.post(RUNS, success("a", first, 3), success("a", second, 4));
    pipeline.at(second);
    JsonNode hours = pipeline.hours("a", first.minusSeconds(3600), second.plusSeconds(3600));
    assertEquals(
        2,
        StreamSupport.stream(hours.spliterator(), false)
            .map(h -> h.get("hour"))
            .distinct()
            .count());
  }

  @Test
  void aClockThatGoesBackShowsWhatWasThen() {
    Instant begins = Instant.parse("2024-02-29T12:00:00Z");
    pipeline.post(RUNS, success("a", begins, 1), success("a", begins.plusSeconds(600), 1));
    Instant early = begins.plus(Duration.ofHours(24));
    JsonNode before = pipeline.at(early);
    assertNotEquals(before, pipeline.at(early.plusSeconds(3600)));
    assertEquals(before, pipeline.at(early));
    assertEquals(2, before.at("/scraping_health/runs").asInt());
  }

  private int runs(Instant now) {
    return pipeline.at(now).at("/scraping_health/runs").asInt();
  }
}
