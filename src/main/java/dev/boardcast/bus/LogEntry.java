package dev.boardcast.bus;

import java.util.UUID;

/**
 * One event in a shard's log in memory.
 *
 * @param event its sequence is 0 while it has none
 * @param key its stream remembers it by this; null for none
 */
public record LogEntry(LoggedEvent event, @CanBeNull UUID key) {
  private static final int OVERHEAD = 400;

  /** The stream of the event. */
  public String stream() {
    return event.streams().get(0);
  }

  /** About how much memory it takes, in bytes. */
  public int size() {
    return event.data().text().length() + OVERHEAD;
  }

  /** The same event with its sequence. */
  public LogEntry numbered(long sequence) {
    return new LogEntry(
        new LoggedEvent(
            sequence,
            event.id(),
            event.type(),
            event.streams(),
            event.data(),
            event.at(),
            event.origin()),
        key);
  }
}
