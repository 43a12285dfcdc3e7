package dev.boardcast.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DatabaseClockTest {
  private static final long HOUR = 3_600_000_000L;

  private final DatabaseClock clock = new DatabaseClock();

  @Test
  void nothingIsKnownBeforeTheFirstAnswer() {
    assertTrue(clock.micros().isEmpty());
    assertEquals(0, clock.aheadSeconds());
  }

  @Test
  void theShortestWayCounts() {
    clock.read(1_000, HOUR + 1_000 + 900);
    clock.read(2_000, HOUR + 2_000 + 100);
    clock.read(3_000, HOUR + 3_000 + 50_000);
    assertEquals((HOUR + 100) / 1e6, clock.aheadSeconds());
    long ahead = clock.micros().getAsLong() - DatabaseClock.now();
    assertTrue(Math.abs(ahead - HOUR) < 5_000_000, () -> "ahead by " + ahead);
  }

  @Test
  void aClockThatWasSetIsFollowedWithinSomeHeartbeats() {
    clock.read(0, HOUR);
    for (int i = 0; i < 31; i++) clock.read(0, 2 * HOUR);
    assertEquals(HOUR / 1e6, clock.aheadSeconds());
    clock.read(0, 2 * HOUR);
    assertEquals(2 * HOUR / 1e6, clock.aheadSeconds());
  }
}
