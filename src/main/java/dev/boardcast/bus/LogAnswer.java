package dev.boardcast.bus;

import java.util.List;

/**
 * Committed events of a shard's log in memory, and where the log stood then.
 *
 * @param epochs in order; each ends where the next begins
 * @param head sequence of the last committed event
 * @param oldest sequence of the first event, head + 1 when there is none
 */
public record LogAnswer(List<LogEpoch> epochs, long head, long oldest, List<LoggedEvent> events) {
  public LogAnswer {
    epochs = List.copyOf(epochs);
    events = List.copyOf(events);
  }
}
