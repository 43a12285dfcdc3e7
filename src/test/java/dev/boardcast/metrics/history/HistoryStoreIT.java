package dev.boardcast.metrics.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.metrics.HistoryCase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HistoryStoreIT extends HistoryCase {
  @Test
  void theNewestStateIsKnownAtOnceAndNothingBeforeTheFirst() throws Exception {
    set(NOON, 1);
    assertEquals(1, at(NOON));
    assertEquals(1, at(NOON.plusSeconds(100)));
    assertNull(at(NOON.minusMillis(1)));
  }

  @Test
  void whileNothingChangesNothingIsWritten() throws Exception {
    for (int i = 0; i < 5; i++) set(NOON.plusSeconds(3600 * i), 1);
    assertEquals(0, rows(1) + rows(2) + rows(3));
    assertEquals(1, at(NOON.plusSeconds(1800)));
  }

  @Test
  void theLastOfEachSlotIsKept() throws Exception {
    for (int second = 1; second <= 70; second++) set(NOON.plusSeconds(second), second);
    // Slots end at 5, 10, …, 65; the state of 70 has not been replaced yet.
    assertEquals(13, rows(1));
    assertEquals(1, rows(2));
    assertEquals(0, rows(3));
    for (int second = 5; second <= 70; second += 5) {
      assertEquals(second, at(NOON.plusSeconds(second)));
    }
  }

  @Test
  void aStateThatOutlastsItsSlotIsKeptWithItsBeginning() throws Exception {
    set(NOON.plusSeconds(2), 1);
    set(NOON.plusSeconds(3), 2);
    set(NOON.plus(Duration.ofDays(2)), 3);
    assertEquals(2, at(NOON.plusSeconds(3)));
    assertEquals(2, at(NOON.plus(Duration.ofHours(30))));
    assertEquals(3, at(NOON.plus(Duration.ofDays(2))));
  }

  @Test
  void randomChangesAreKeptExactlyAtEveryFifthSecond() throws Exception {
    var random = new Random(7);
    var truth = new TreeMap<Instant, Long>();
    Instant time = NOON;
    for (long n = 0; n < 300; n++) {
      time = time.plusMillis(1 + random.nextInt(n % 10 == 0 ? 30_000 : 4000));
      set(time, n);
      truth.put(time, n);
    }
    for (Instant at = NOON.plusSeconds(60); at.isBefore(time); at = at.plusSeconds(5)) {
      assertEquals(truth.floorEntry(at).getValue(), at(at));
    }
  }

  @Test
  void aYearIsKeptWithTheResolutionOfItsTiers() throws Exception {
    Instant end = NOON;
    var truth = new TreeMap<Instant, Long>();
    long n = 0;
    Instant time = end.minus(Duration.ofDays(400));
    while (time.isBefore(end)) {
      time = time.plus(pause(Duration.between(time, end)));
      clock.set(time);
      maintain();
      set(time, n);
      truth.put(time, n++);
    }
    while (maintain() > 0) {}
    for (int i = 1; i <= 360; i++) assertKept(truth, end.minus(Duration.ofDays(i)));
    for (int i = 1; i <= 24 * 60; i += 7) assertKept(truth, end.minus(Duration.ofMinutes(i)));
    for (int i = 0; i < 720; i += 3) assertKept(truth, end.minus(Duration.ofSeconds(5 * i)));
    assertNull(at(end.minus(Duration.ofDays(365 + 92))), "dropped");

    assertTrue(oldest(1).until(end, ChronoUnit.MINUTES) <= 76);
    assertTrue(oldest(2).until(end, ChronoUnit.HOURS) <= 24 + 6 + 1);
    assertTrue(oldest(3).until(end, ChronoUnit.DAYS) <= 365 + 92);
    assertEquals(
        sql.column("SELECT name FROM board_history_part ORDER BY name"),
        sql.column(
            """
            SELECT inhrelid::regclass::text FROM pg_inherits
            WHERE inhparent IN ('board_history_1'::regclass, 'board_history_2'::regclass,
                                'board_history_3'::regclass)
            ORDER BY 1"""));
  }

  /** Denser towards the end, to keep the number of steps small. */
  private static Duration pause(Duration left) {
    if (left.compareTo(Duration.ofHours(2)) <= 0) return Duration.ofSeconds(37);
    if (left.compareTo(Duration.ofDays(2)) <= 0) return Duration.ofMinutes(53);
    return Duration.ofHours(281);
  }

  private void assertKept(TreeMap<Instant, Long> truth, Instant time) throws Exception {
    assertEquals(truth.floorEntry(time).getValue(), at(time), () -> "at " + time);
  }

  private Instant oldest(int tier) throws Exception {
    return Instant.parse(
        sql.column(
                """
                SELECT to_char(min(starts) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                FROM board_history_part WHERE tier = %d"""
                    .formatted(tier))
            .get(0));
  }

  @Test
  void aClockThatGoesBackNeitherStopsNorDuplicatesHistory() throws Exception {
    for (int minute = 0; minute < 120; minute++) {
      set(NOON.plusSeconds(60L * minute), minute);
      if (minute % 15 == 0) maintain();
    }
    Instant back = NOON.plusSeconds(60 * 60 + 30);
    set(back, 1000);
    // States of the time that comes again are deleted; earlier ones are kept.
    assertEquals(1000, at(NOON.plusSeconds(60 * 100)));
    assertEquals(60, at(back.minusMillis(1)));
    for (int i = 1; i <= 20; i++) set(back.plusSeconds(20L * i), 1000 + i);
    for (int i = 1; i <= 20; i++) assertEquals(1000 + i, at(back.plusSeconds(20L * i)));
  }

  @Test
  void aClockThatIsFarOffForAMomentDeletesNothing() throws Exception {
    for (int minute = 0; minute < 30; minute++) set(NOON.plusSeconds(60L * minute), minute);
    set(Instant.parse("1990-01-01T00:00:00Z"), 77);
    maintain();
    set(NOON.plusSeconds(60 * 31), 31);
    set(Instant.parse("2190-01-01T00:00:00Z"), 78);
    maintain();
    set(NOON.plusSeconds(60 * 32), 32);
    maintain();
    for (int minute = 0; minute < 30; minute++) {
      assertEquals(minute, at(NOON.plusSeconds(60L * minute)));
    }
    assertEquals(31, at(NOON.plusSeconds(60 * 31)));
    assertEquals(32, at(NOON.plusSeconds(60 * 33)));
  }

  @Test
  void withoutAPartitionFoldsContinueAndNothingIsKept() throws Exception {
    set(NOON, 1);
    Instant later = NOON.plus(Duration.ofDays(200));
    set(later, 2);
    set(later.plusSeconds(60), 3);
    assertEquals(3, at(later.plusSeconds(60)));
    assertEquals(1, at(later.minusSeconds(1)));
  }

  @Test
  void aRunWithNothingToDoChangesNothing() throws Exception {
    assertEquals(0, maintain());
    clock.advance(Duration.ofMinutes(16));
    // One partition is created a quarter of an hour ahead, one older than an hour is dropped.
    assertEquals(2, maintain());
    assertEquals(0, maintain());
  }
}
