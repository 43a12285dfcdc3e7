package dev.boardcast.boards.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class WindowEdgeTest {
  private static final long FIRST = -2_208_988_800L; // 1900
  private static final long LAST = 7_258_118_400L; // 2200

  @Example
  void goesBackToTheQuarterAndFromThereOnToFullHoursAndDays() {
    assertEquals(
        edge("2026-02-28T22:30:00Z", "2026-02-28T23:00:00Z", "2026-03-01T00:00:00Z"),
        WindowEdge.of(Instant.parse("2026-02-28T22:44:59.999Z")));
    assertEquals(
        edge("2024-02-29T23:45:00Z", "2024-03-01T00:00:00Z", "2024-03-01T00:00:00Z"),
        WindowEdge.of(Instant.parse("2024-02-29T23:59:59.999Z")));
    assertEquals(
        edge("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        WindowEdge.of(Instant.parse("2026-01-01T00:14:59Z")));
    assertEquals(
        edge("2026-01-01T00:15:00Z", "2026-01-01T01:00:00Z", "2026-01-02T00:00:00Z"),
        WindowEdge.of(Instant.parse("2026-01-01T00:15:00Z")));
  }

  @Property
  void eachLaterTimeIsInJustOneOfItsBucketsAndNoEarlierInAny(
      @ForAll @LongRange(min = FIRST, max = LAST) long begin,
      @ForAll @LongRange(min = FIRST, max = LAST) long near,
      @ForAll @LongRange(min = -200_000, max = 200_000) long away) {
    var edge = WindowEdge.of(Instant.ofEpochSecond(begin));
    for (long second : new long[] {near, begin + away}) {
      int parts = 0;
      if (isWithin(bucket(second, 900), edge.quarter(), edge.hour())) parts++;
      if (isWithin(bucket(second, 3600), edge.hour(), edge.day())) parts++;
      if (isWithin(bucket(second, 86400), edge.day(), Instant.MAX)) parts++;
      assertEquals(second >= edge.quarter().getEpochSecond() ? 1 : 0, parts);
    }
    var late = Duration.between(edge.quarter(), Instant.ofEpochSecond(begin));
    assertEquals(0, late.toSeconds() / 900);
  }

  private static Instant bucket(long second, long grain) {
    return Instant.ofEpochSecond(Math.floorDiv(second, grain) * grain);
  }

  private static boolean isWithin(Instant bucket, Instant low, Instant high) {
    return !bucket.isBefore(low) && bucket.isBefore(high);
  }

  private static WindowEdge edge(String quarter, String hour, String day) {
    return new WindowEdge(Instant.parse(quarter), Instant.parse(hour), Instant.parse(day));
  }
}
