package dev.boardcast.bus;

import java.util.List;

/**
 * Consecutive events of one shard, published after they were committed to its log.
 *
 * @param epoch names the history of the log that the sequences belong to
 * @param first sequence of {@code events.get(0)}; the others follow without a gap
 */
public record EventBatch(int shard, String epoch, long first, List<LoggedEvent> events) {
  public EventBatch {
    events = List.copyOf(events);
  }

  /** Sequence of the last event, {@code first - 1} when there is none. */
  public long last() {
    return first + events.size() - 1;
  }
}
