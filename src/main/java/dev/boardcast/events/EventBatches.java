package dev.boardcast.events;

import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.LoggedEvent;
import java.util.ArrayList;
import java.util.List;

/** Splits consecutive events into messages of bounded size. */
final class EventBatches {
  private EventBatches() {}

  /**
   * Splits in order; an event larger than the bound is a batch of its own.
   *
   * @param events consecutive
   * @param maxChars most characters of event data in one batch
   */
  static List<EventBatch> split(int shard, String epoch, List<LoggedEvent> events, int maxChars) {
    var batches = new ArrayList<EventBatch>(1);
    int start = 0;
    long chars = 0;
    for (int i = 0; i < events.size(); i++) {
      int next = events.get(i).data().text().length();
      if (i > start && chars + next > maxChars) {
        batches.add(batch(shard, epoch, events.subList(start, i)));
        start = i;
        chars = 0;
      }
      chars += next;
    }
    if (start < events.size()) {
      batches.add(batch(shard, epoch, events.subList(start, events.size())));
    }
    return batches;
  }

  private static EventBatch batch(int shard, String epoch, List<LoggedEvent> events) {
    return new EventBatch(shard, epoch, events.get(0).sequence(), events);
  }
}
