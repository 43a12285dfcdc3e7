package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.engine.BoardsByName;
import dev.boardcast.engine.ComparedWith;
import dev.boardcast.engine.SnapshotComparison;
import dev.boardcast.metrics.history.HistoryQueryLimiter;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What comparisons for sessions cost: counted by a database that is away after the first. */
class LiveComparisonsIT extends HistoryCase {
  private static final Instant NEXT_DAY = NOON.plus(Duration.ofDays(1));

  private final AtomicLong nanos = new AtomicLong();
  private final LiveComparisons comparisons =
      new LiveComparisons(
          new BoardsByName(List.of(board)), new HistoryQueryLimiter(pool), nanos::get);

  private static Snapshot snapshot(long version, Instant at, int n) {
    return new Snapshot("given", version, at, at, false, RawJson.of("{\"n\":" + n + "}"));
  }

  private SnapshotComparison compared(Snapshot snapshot) throws Exception {
    return comparisons
        .compare(snapshot, ComparedWith.PREVIOUS)
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  @Test
  void aSnapshotIsComparedOnceAndThePastIsReadOnceAMinute() throws Exception {
    set(NOON.minusSeconds(30), 4);
    Snapshot first = snapshot(1, NEXT_DAY.plusSeconds(1), 5);
    SnapshotComparison known = compared(first);
    assertEquals(
        "{\"value\":4,\"direction\":\"up\",\"change\":25.0}", known.comparison().get("n").text());
    assertTrue(known.compared().text().contains("\"with\":\"previous\""));
    assertSame(known, compared(first));
    pool.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    SnapshotComparison second = compared(snapshot(2, NEXT_DAY.plusSeconds(59), 2));
    assertTrue(second.comparison().get("n").text().contains("-50.0"));
    Snapshot later = snapshot(2, NEXT_DAY.plusSeconds(60), 2);
    assertThrows(ExecutionException.class, () -> compared(later), "the past is read again");
    assertThrows(ExecutionException.class, () -> compared(later));
  }

  @Test
  void whatNobodyAsksForIsDropped() throws Exception {
    Snapshot snapshot = snapshot(1, NEXT_DAY, 5);
    compared(snapshot);
    nanos.addAndGet(Duration.ofMinutes(4).toNanos());
    comparisons.compare(snapshot, ComparedWith.TARGET);
    assertEquals(2, comparisons.size());
    nanos.addAndGet(Duration.ofMinutes(2).toNanos());
    comparisons.compare(snapshot, ComparedWith.TARGET);
    assertEquals(1, comparisons.size());
    compared(snapshot);
    assertEquals(2, comparisons.size());
  }

  @Test
  void anUnknownBoardIsRefused() {
    Snapshot other = new Snapshot("other", 1, NOON, NOON, false, RawJson.of("{}"));
    assertTrue(comparisons.compare(other, ComparedWith.WEEK).failed());
  }
}
