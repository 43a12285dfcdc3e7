package dev.boardcast.database;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one heartbeat of this node has read from the database.
 *
 * @param askedNanos {@link System#nanoTime} when the statement was sent: what it says was true then
 *     or later
 * @param shards where the log of each shard stands
 * @param boards the version of each board's snapshot, by name
 */
public record Heartbeat(long askedNanos, List<Shard> shards, Map<String, Long> boards) {
  /**
   * @param head sequence of the last event in the log, 0 when there is none
   * @param outboxAge seconds since the oldest row of the outbox was written; empty when it has none
   */
  public record Shard(int shard, String epoch, long head, OptionalDouble outboxAge) {}

  public Heartbeat {
    shards = List.copyOf(shards);
    boards = Map.copyOf(boards);
  }
}
