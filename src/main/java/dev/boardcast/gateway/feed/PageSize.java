package dev.boardcast.gateway.feed;

import dev.boardcast.bus.LoggedEvent;
import java.util.Collection;

/**
 * Chooses how many events are read from the log at once: about {@value #TARGET_BYTES} bytes, by the
 * size of those read before. A row is decoded on the event loop, and other sessions wait meanwhile.
 * One event loop.
 */
final class PageSize {
  static final int MAX = 500;

  private static final int MIN = 16;
  private static final int FIRST = 128;
  private static final int TARGET_BYTES = 256 << 10;
  private static final int OVERHEAD = 200;

  private int events = FIRST;

  /** Most events of the next page. */
  int next() {
    return events;
  }

  /** Takes the size of a page into account; the next one has at most twice as many events. */
  void onPage(Collection<LoggedEvent> page) {
    if (page.isEmpty()) return;
    long bytes = 0;
    for (LoggedEvent event : page) bytes += event.data().text().length() + OVERHEAD;
    long fitting = TARGET_BYTES * (long) page.size() / bytes;
    events = (int) Math.max(MIN, Math.min(Math.min(MAX, 2L * events), fitting));
  }
}
