package dev.boardcast.engine;

import dev.boardcast.bus.LoggedEvent;
import io.vertx.core.Future;
import java.util.List;

/** The durable event log, as far as the gateway reads it: to repair a loss and to resume. */
public interface EventHistory {
  /**
   * How far a shard's log goes.
   *
   * @param head sequence of its last event, 0 for none
   */
  record Head(int shard, String epoch, long head) {}

  /** Every shard's head; fails while the database is away. */
  Future<List<Head>> heads();

  /** Events of a shard in order, those with {@code sequence > after}, at most {@code limit}. */
  Future<List<LoggedEvent>> read(int shard, long after, int limit);

  /**
   * Events of one stream in order, those with {@code after < sequence <= upTo}, at most {@code
   * limit}.
   */
  Future<List<LoggedEvent>> readStream(String stream, long after, long upTo, int limit);

  /** The oldest sequence that is still kept; one after the head, or less, when nothing is. */
  Future<Long> oldest(int shard);
}
