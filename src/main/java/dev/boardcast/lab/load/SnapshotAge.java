package dev.boardcast.lab.load;

import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How old the numbers are that slow clients read: in updates that others had seen by then. Thread
 * safe.
 */
final class SnapshotAge {
  private static final String VERSION = "version:";
  private static final int KEPT = 1000;

  private final ConcurrentSkipListSet<Long> versions = new ConcurrentSkipListSet<>();
  private final AtomicInteger oldest = new AtomicInteger();

  void seen(ClientBehavior habit, String offset) {
    if (!offset.startsWith(VERSION)) return;
    long version = Long.parseLong(offset.substring(VERSION.length()));
    if (habit == ClientBehavior.SLOW) {
      int newer = versions.tailSet(version, false).size();
      oldest.accumulateAndGet(newer, Math::max);
    } else if (versions.add(version) && versions.size() > KEPT) {
      versions.pollFirst();
    }
  }

  /** The most updates that any slow client's numbers were behind when it read them. */
  int oldest() {
    return oldest.get();
  }

  /** How many different updates were seen. */
  int updates() {
    return versions.size();
  }
}
