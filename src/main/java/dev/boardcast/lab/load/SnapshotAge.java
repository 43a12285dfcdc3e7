package dev.boardcast.lab.load;

import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Measures how old the snapshots are that slow clients read, in newer snapshots that other clients
 * had by then. Thread safe.
 */
final class SnapshotAge {
  private static final String VERSION = "version:";
  private static final int MAX_VERSIONS = 1000;

  private final ConcurrentSkipListSet<Long> versions = new ConcurrentSkipListSet<>();
  private final AtomicInteger max = new AtomicInteger();

  void received(ClientBehavior behavior, String offset) {
    if (!offset.startsWith(VERSION)) return;
    long version = Long.parseLong(offset.substring(VERSION.length()));
    if (behavior == ClientBehavior.SLOW) {
      int newer = versions.tailSet(version, false).size();
      max.accumulateAndGet(newer, Math::max);
    } else if (versions.add(version) && versions.size() > MAX_VERSIONS) {
      versions.pollFirst();
    }
  }

  /** The greatest age of a snapshot when a slow client read it. */
  int max() {
    return max.get();
  }

  /** How many different snapshots were received. */
  int count() {
    return versions.size();
  }
}
