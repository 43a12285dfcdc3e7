package dev.boardcast.engine;

import dev.boardcast.bus.LoggedEvent;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An event log whose streams clients read by pages. Thread safe. */
public interface StreamLog extends EventHistory {
  @Override
  default StreamLog in(String epoch) {
    return this;
  }

  /**
   * Returns events of streams of one shard in order, each event once, {@code after < sequence <=
   * upTo}.
   *
   * @param streams at least one
   * @param limit most events returned
   */
  Future<List<LoggedEvent>> readStreams(Set<String> streams, long after, long upTo, int limit);

  /**
   * Returns the last events of streams of one shard with {@code sequence < before}, in order, each
   * event once.
   *
   * @param streams at least one
   * @param limit most events returned, at least 1; fewer mean there are no older ones
   */
  Future<List<LoggedEvent>> readBefore(Set<String> streams, long before, int limit);

  /** Returns the last sequence of those streams of a shard that have events after one. */
  Future<Map<String, Long>> changed(int shard, Set<String> streams, long after);
}
