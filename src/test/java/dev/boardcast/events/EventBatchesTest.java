package dev.boardcast.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.spi.RawJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventBatchesTest {
  @Test
  void eventsStayInOrderAndAreComplete() {
    assertEquals(List.of(7L, 9L, 11L), firsts(10, 4, 4, 4, 4, 4));
  }

  @Test
  void anEventLargerThanTheBoundIsABatchOfItsOwn() {
    assertEquals(List.of(7L, 8L, 9L), firsts(10, 4, 40, 4));
  }

  @Test
  void eventsWithinTheBoundAreOneBatch() {
    assertEquals(List.of(7L), firsts(10, 4, 6));
  }

  @Test
  void noEventsAreNoBatch() {
    assertEquals(List.of(), firsts(10));
  }

  /** Splits events of these lengths, the first with sequence 7. */
  private static List<Long> firsts(int maxChars, int... lengths) {
    var events = new ArrayList<LoggedEvent>();
    for (int length : lengths) {
      var data = RawJson.of('"' + "x".repeat(length - 2) + '"');
      events.add(
          new LoggedEvent(
              7 + events.size(), UUID.randomUUID(), "x", List.of("alerts"), data, Instant.EPOCH));
    }
    List<EventBatch> batches = EventBatches.split(1, "a1", events, maxChars);
    assertEquals(events, batches.stream().flatMap(batch -> batch.events().stream()).toList());
    return batches.stream().map(EventBatch::first).toList();
  }
}
