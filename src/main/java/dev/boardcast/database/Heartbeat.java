package dev.boardcast.database;

import dev.boardcast.bus.Revocation;
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
 * @param revocations those that this node did not know yet
 */
public record Heartbeat(
    long askedNanos, List<Shard> shards, Map<String, Long> boards, NewRevocations revocations) {
  /**
   * @param head sequence of the last event in the log, 0 when there is none
   * @param outboxAge seconds since the oldest row of the outbox was written; empty when it has none
   */
  public record Shard(int shard, String epoch, long head, OptionalDouble outboxAge) {}

  /**
   * @param after the version that the node knew when it asked
   * @param version the latest version in the database
   * @param changed added, changed and lifted ones after the known version, in order; the first of
   *     them where there are many
   * @param isPartial whether there are more
   */
  public record NewRevocations(
      long after, long version, List<Revocation> changed, boolean isPartial) {
    static final NewRevocations NONE = new NewRevocations(0, 0, List.of(), false);

    public NewRevocations {
      changed = List.copyOf(changed);
    }
  }

  /** A heartbeat without revocations. */
  public Heartbeat(long askedNanos, List<Shard> shards, Map<String, Long> boards) {
    this(askedNanos, shards, boards, NewRevocations.NONE);
  }

  public Heartbeat {
    shards = List.copyOf(shards);
    boards = Map.copyOf(boards);
  }
}
