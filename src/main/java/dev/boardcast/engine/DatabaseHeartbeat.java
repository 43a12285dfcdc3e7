package dev.boardcast.engine;

import java.util.List;
import java.util.Map;

/**
 * What one heartbeat statement has read from the database: all of it was true at some moment after
 * the statement was sent. Immutable.
 *
 * @param askedNanos {@link System#nanoTime} when the statement was sent
 * @param heads the head of each shard's event log
 * @param boards the version of each board's latest snapshot, by the board's name
 */
public record DatabaseHeartbeat(
    long askedNanos, List<EventHistory.Head> heads, Map<String, Long> boards) {
  public DatabaseHeartbeat {
    heads = List.copyOf(heads);
    boards = Map.copyOf(boards);
  }
}
