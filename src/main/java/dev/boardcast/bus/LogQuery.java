package dev.boardcast.bus;

import java.util.Set;

/**
 * Asks for committed events of a shard's log in memory.
 *
 * @param streams whose events are wanted; empty for all
 * @param after exclusive
 * @param upTo inclusive
 * @param limit most events
 * @param backwards whether the last events are wanted, not the first ones
 */
public record LogQuery(Set<String> streams, long after, long upTo, int limit, boolean backwards) {
  /** Asks only where the log stands. */
  public static final LogQuery HEAD = new LogQuery(Set.of(), 0, 0, 0, false);

  public LogQuery {
    streams = Set.copyOf(streams);
  }
}
