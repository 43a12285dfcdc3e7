package dev.boardcast.engine;

import dev.boardcast.bus.LoggedEvent;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;

/** Reads the durable event log, to repair gaps and to resume streams. */
public interface EventHistory {
  /**
   * The head of a shard's log.
   *
   * @param head sequence of its last event, 0 for none
   */
  record Head(int shard, String epoch, long head) {}

  /** Returns every shard's head; fails while the database is unavailable. */
  Future<List<Head>> heads();

  /** Returns events of a shard in order, {@code sequence > after}, at most {@code limit}. */
  Future<List<LoggedEvent>> read(int shard, long after, int limit);

  /**
   * Returns events of one stream in order, {@code after < sequence <= upTo}, at most {@code limit}.
   */
  Future<List<LoggedEvent>> readStream(String stream, long after, long upTo, int limit);

  /**
   * Returns the last events of some streams of one shard in order, {@code sequence <= upTo}, at
   * most {@code limit}.
   */
  Future<List<LoggedEvent>> last(Set<String> streams, long upTo, int limit);

  /** Returns the oldest sequence in the log; at most head + 1 when the log is empty. */
  Future<Long> oldest(int shard);
}
