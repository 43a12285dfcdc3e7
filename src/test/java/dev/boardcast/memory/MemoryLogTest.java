package dev.boardcast.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.LogEntry;
import dev.boardcast.bus.LogQuery;
import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.spi.RawJson;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The events of a shard in memory, and their bounds. */
class MemoryLogTest {
  private static final Instant START = Instant.parse("2026-11-21T09:00:00Z");

  private final MemoryLog log =
      new MemoryLog(new BroadcastConfig(1_000, 4, Duration.ofMinutes(10)));

  @BeforeEach
  void begin() {
    log.beginEpoch("e1", false);
  }

  /** Appends events, alternately to two streams, one each second. */
  private void append(int count, int chars) {
    String data = "{\"text\":\"" + "x".repeat(chars) + "\"}";
    for (int i = 0; i < count; i++) {
      long sequence = log.head() + 1;
      var event =
          new LoggedEvent(
              sequence,
              UUID.randomUUID(),
              "said",
              List.of(sequence % 2 == 0 ? "even" : "odd"),
              RawJson.of(data),
              START.plusSeconds(sequence));
      log.append(new LogEntry(event, new UUID(0, sequence)));
    }
  }

  private List<Long> read(Set<String> streams, long after, long upTo, int limit, boolean last) {
    return log.answer(new LogQuery(streams, after, upTo, limit, last)).events().stream()
        .map(LoggedEvent::sequence)
        .toList();
  }

  @Test
  void readsAreOfCommittedEventsOnly() {
    append(6, 1);
    log.commit(4);
    assertEquals(List.of(1L, 2L, 3L, 4L), read(Set.of(), 0, 100, 100, false));
    assertEquals(List.of(2L, 4L), read(Set.of("even"), 0, 100, 100, false));
    assertEquals(4, log.answer(LogQuery.HEAD).head());
  }

  @Test
  void aPageHasTheFirstOrTheLastEvents() {
    append(20, 1);
    log.commit(20);
    assertEquals(List.of(5L, 7L, 9L), read(Set.of("odd"), 3, 20, 3, false));
    assertEquals(List.of(13L, 15L), read(Set.of("odd"), 0, 16, 2, true));
    assertEquals(List.of(18L, 19L, 20L), read(Set.of("odd", "even"), 0, 20, 3, true));
    assertEquals(List.of(1L, 2L), read(Set.of("odd", "even"), 0, 20, 2, false));
  }

  @Test
  void theOldestGoWhenThereAreTooMany() {
    append(1_500, 1);
    assertEquals(1, log.oldest(), "what is not committed is kept");
    log.commit(1_500);
    assertEquals(501, log.oldest());
    assertEquals(0, log.findKey("odd", new UUID(0, 1)));
    assertEquals(501, log.findKey("odd", new UUID(0, 501)));
    assertEquals(List.of(501L, 503L), read(Set.of("odd"), 0, 2_000, 2, false));
  }

  @Test
  void theOldestGoWhenTheyAreTooLarge() {
    for (int i = 0; i < 300; i++) {
      append(1, 10_000);
      log.commit(log.head());
    }
    long kept = log.head() - log.oldest() + 1;
    assertTrue(kept > 90 && kept < 110, kept + " of 10 KB in 1 MiB");
  }

  @Test
  void theOldestGoWithTime() {
    append(100, 1);
    log.commit(90);
    log.expire(START.plusSeconds(50).plus(Duration.ofMinutes(10)));
    assertEquals(50, log.oldest());
    log.expire(START.plus(Duration.ofDays(1)));
    assertEquals(91, log.oldest(), "what is not committed is kept");
  }
}
