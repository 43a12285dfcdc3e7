package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LatestSnapshotsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration FRESH = Duration.ofSeconds(6);

  private long nowNanos;
  private final LatestSnapshots known = new LatestSnapshots(() -> nowNanos);

  @Test
  void aSnapshotIsFreshForAWhileAndKnownForEver() {
    var snapshot = snapshot(1, NOW);
    known.announced(snapshot, FRESH);
    nowNanos += FRESH.toNanos() - 1;
    assertEquals(Optional.of(snapshot), known.fresh("b"));
    nowNanos += 1;
    assertTrue(known.fresh("b").isEmpty());
    assertEquals(Optional.of(snapshot), known.any("b"));
  }

  @Test
  void anOlderSnapshotIsIgnored() {
    var newer = snapshot(2, NOW);
    known.announced(newer, FRESH);
    known.announced(snapshot(1, NOW.plusSeconds(9)), FRESH);
    known.announced(snapshot(2, NOW.minusSeconds(1)), FRESH);
    assertEquals(Optional.of(newer), known.any("b"));
  }

  @Test
  void aHeartbeatRefreshes() {
    known.announced(snapshot(2, NOW), FRESH);
    nowNanos += FRESH.toNanos();
    var again = snapshot(2, NOW.plusSeconds(6));
    known.announced(again, FRESH);
    assertEquals(Optional.of(again), known.fresh("b"));
  }

  private static Snapshot snapshot(long version, Instant timestamp) {
    return new Snapshot("b", version, NOW, timestamp, false, RawJson.of("{}"));
  }
}
