package dev.boardcast.gateway.feed;

import dev.boardcast.bus.EventBatch;
import java.util.TreeMap;

/**
 * Batches of one shard that arrived before their predecessors, ordered by first sequence. At most
 * {@value #MAX_EVENTS} events; beyond that the latest are dropped, to be read from the log.
 */
final class PendingBatches {
  private static final int MAX_EVENTS = 10_000;

  private final TreeMap<Long, EventBatch> byFirst = new TreeMap<>();
  private int events;

  /** Adds a batch, unless one of the same start reaches at least as far. */
  void add(EventBatch batch) {
    EventBatch other = byFirst.get(batch.first());
    if (other != null && other.last() >= batch.last()) return;
    byFirst.put(batch.first(), batch);
    events += batch.count() - (other == null ? 0 : other.count());
    while (events > MAX_EVENTS) {
      events -= byFirst.pollLastEntry().getValue().count();
    }
  }

  boolean isEmpty() {
    return byFirst.isEmpty();
  }

  EventBatch first() {
    return byFirst.firstEntry().getValue();
  }

  void removeFirst() {
    events -= byFirst.pollFirstEntry().getValue().count();
  }
}
