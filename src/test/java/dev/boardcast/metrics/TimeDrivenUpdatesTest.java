package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeDrivenUpdatesTest {
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private final SettableClock clock = SettableClock.at("2026-03-01T12:00:00Z");
  private final List<Instant> due = new ArrayList<>();
  private final List<Due> timers = new ArrayList<>();
  // The time of timers, which never goes back.
  private long millis;
  private final TimeDrivenUpdates updates =
      new TimeDrivenUpdates(
          clock,
          (wait, action) -> timers.add(new Due(millis + wait.toMillis(), action)),
          LONGEST,
          () -> due.add(clock.instant()));

  private record Due(long millis, Runnable action) {}

  @Test
  void metricsThatDoNotDependOnTimeAreNeverDue() {
    updates.computed(clock.instant(), Optional.empty());
    pass(Duration.ofDays(2));
    assertEquals(List.of(), due);
    assertEquals(0, timers.size());
  }

  @Test
  void anUpdateIsDueOnceAndAtItsTime() {
    computed(clock.instant().plusSeconds(12));
    pass(Duration.ofMillis(11_999));
    assertEquals(List.of(), due);
    pass(Duration.ofMillis(1));
    pass(Duration.ofDays(1));
    assertEquals(List.of(Instant.parse("2026-03-01T12:00:12Z")), due);
  }

  @ParameterizedTest
  @CsvSource({
    "UTC, 2026-12-31T23:00:00Z, 2027-01-01T00:00:00Z",
    "UTC, 2026-02-28T12:00:00Z, 2026-03-01T00:00:00Z",
    "UTC, 2028-02-28T12:00:00Z, 2028-02-29T00:00:00Z",
    "UTC, 2028-02-29T12:00:00Z, 2028-03-01T00:00:00Z",
    // 23 and 25 hours between two midnights.
    "Europe/Berlin, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
    "Europe/Berlin, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
    // Midnight itself is skipped.
    "America/Santiago, 2026-09-05T12:00:00Z, 2026-09-06T04:00:00Z"
  })
  void theNextMidnightIsDueInEveryZone(ZoneId zone, Instant now, Instant midnight) {
    clock.set(now);
    computed(now.atZone(zone).toLocalDate().plusDays(1).atStartOfDay(zone).toInstant());
    pass(Duration.ofHours(30));
    assertEquals(List.of(midnight), due);
  }

  @Test
  void anUpdateWithinAMillisecondIsDueWhenThatIsOver() {
    computed(clock.instant().plusNanos(1_000_001));
    pass(Duration.ofMillis(1));
    assertEquals(List.of(), due);
    pass(Duration.ofMillis(1));
    assertEquals(1, due.size());
  }

  @Test
  void aLaterComputationReplacesTheScheduledUpdate() {
    computed(clock.instant().plusSeconds(3));
    computed(clock.instant().plusSeconds(60));
    pass(Duration.ofSeconds(59));
    assertEquals(List.of(), due);
    pass(Duration.ofSeconds(1));
    assertEquals(1, due.size());
  }

  @Test
  void aClockThatJumpsAheadIsNoticedSoon() {
    computed(Instant.parse("2026-03-02T00:00:00Z"));
    clock.advance(Duration.ofHours(20));
    pass(LONGEST);
    assertEquals(1, due.size());
  }

  @Test
  void aClockThatGoesBackCausesOneUpdateAndTheNextAtItsTime() {
    Instant tick = Instant.parse("2026-03-01T12:00:20Z");
    computed(tick);
    pass(Duration.ofSeconds(15));
    clock.advance(Duration.ofHours(-1));
    pass(LONGEST);
    assertEquals(1, due.size());
    // Computed for the present time.
    computed(tick);
    pass(Duration.ofMinutes(59));
    assertEquals(1, due.size());
    pass(Duration.ofMinutes(2));
    assertEquals(2, due.size());
    assertEquals(tick, due.get(1));
  }

  @Test
  void anUnsteadyClockDoesNotCauseEndlessUpdates() {
    computed(clock.instant().plusSeconds(3600));
    for (int i = 0; i < 100; i++) {
      clock.advance(Duration.ofMillis(i % 2 == 0 ? -20 : 20));
      pass(Duration.ofMillis(100));
    }
    assertEquals(List.of(), due);
  }

  @Test
  void nothingIsDueAfterClear() {
    computed(clock.instant().plusSeconds(3));
    updates.clear();
    pass(Duration.ofDays(1));
    assertEquals(List.of(), due);
  }

  private void computed(Instant tick) {
    updates.computed(clock.instant(), Optional.of(tick));
  }

  /** Advances clock and timers together, by milliseconds where it matters. */
  private void pass(Duration time) {
    long end = millis + time.toMillis();
    while (true) {
      var next =
          timers.stream()
              .filter(timer -> timer.millis() <= end)
              .min((a, b) -> Long.compare(a.millis(), b.millis()));
      if (next.isEmpty()) break;
      timers.remove(next.get());
      clock.advance(Duration.ofMillis(next.get().millis() - millis));
      millis = next.get().millis();
      next.get().action().run();
    }
    clock.advance(Duration.ofMillis(end - millis));
    millis = end;
  }
}
