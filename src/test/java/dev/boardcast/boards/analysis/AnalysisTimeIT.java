package dev.boardcast.boards.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.SettableClock;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ends of days, months and years, a leap day, and a clock that is set back. */
class AnalysisTimeIT {
  private final AnalysisApi api = new AnalysisApi(SettableClock.at("2024-03-07T00:05:00Z"));

  @AfterEach
  void close() {
    api.close();
  }

  @ParameterizedTest
  @CsvSource({
    "a leap day,            2024-03-03T00:05:00Z, 2024-02-25T00:00:00Z",
    "a February without,    2023-03-03T00:05:00Z, 2023-02-24T00:00:00Z",
    "a year,                2024-01-03T00:05:00Z, 2023-12-27T00:00:00Z",
    "an hour,               2026-03-10T12:59:59Z, 2026-03-03T12:45:00Z",
    "clocks that go ahead,  2026-03-30T00:05:00Z, 2026-03-23T00:00:00Z",
    "clocks that go back,   2026-10-26T00:05:00Z, 2026-10-19T00:00:00Z"
  })
  void sevenDaysAreSevenTimes24HoursAcross(String what, Instant now, Instant begins) {
    sent(begins.minusMillis(1));
    sent(begins);
    sent(begins.plusSeconds(3 * 86_400));
    assertEquals(2, messages(now), what);
    // The trend of a week compares with the seven days before these.
    JsonNode week = api.numbers(now).at("/trends/noiseRatio/week/previous");
    assertEquals(100, week.asInt());
  }

  @Test
  void eachDayLeavesTheWindowAtItsEndAlsoALeapDay() {
    for (String day : new String[] {"2024-02-28", "2024-02-29", "2024-03-01"}) {
      sent(Instant.parse(day + "T00:00:00Z"));
      sent(Instant.parse(day + "T23:59:59.999Z"));
    }
    assertEquals(6, messages(Instant.parse("2024-03-06T00:14:59Z")));
    assertEquals(5, messages(Instant.parse("2024-03-06T00:15:00Z")));
    assertEquals(4, messages(Instant.parse("2024-03-07T00:00:00Z")));
    assertEquals(3, messages(Instant.parse("2024-03-07T00:15:00Z")));
    assertEquals(2, messages(Instant.parse("2024-03-08T00:00:00Z")));
  }

  @Test
  void aClockThatGoesBackShowsWhatWasThen() {
    sent(Instant.parse("2024-02-29T12:00:00Z"));
    sent(Instant.parse("2024-03-01T12:00:00Z"));
    var early = Instant.parse("2024-03-07T12:00:00Z");
    var late = Instant.parse("2024-03-07T12:15:00Z");
    JsonNode before = api.numbers(early);
    var tick = api.nextTick(early);
    assertEquals(late, tick.orElseThrow());
    assertNotEquals(before, api.numbers(late));
    assertEquals(before, api.numbers(early));
    assertEquals(tick, api.nextTick(early));
  }

  private int messages(Instant now) {
    return api.numbers(now).get("messages").asInt();
  }

  private void sent(Instant at) {
    api.message("{\"noise\":true,\"sent_at\":\"" + at + "\"}");
  }
}
