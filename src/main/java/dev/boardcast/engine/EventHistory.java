package dev.boardcast.engine;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.Offset;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the durable event log, to repair gaps and to resume streams. */
public interface EventHistory {
  /**
   * The head of a shard's log.
   *
   * @param head sequence of its last event, 0 for none
   */
  record Head(int shard, String epoch, long head, Continuation continuation) {
    /** Of a log in which no other epoch's offsets are continued. */
    public Head(int shard, String epoch, long head) {
      this(shard, epoch, head, Continuation.NONE);
    }

    /** The offset in this epoch that is the same position as another one, if there is one. */
    public Optional<Offset> resolve(Offset offset) {
      return offset.epoch().equals(epoch) ? Optional.of(offset) : continuation.resolve(offset);
    }
  }

  /** How the offsets of earlier epochs continue in the present one. */
  @FunctionalInterface
  interface Continuation {
    /** They do not. */
    Continuation NONE = offset -> Optional.empty();

    /** The same position in the present epoch; empty when events around it are lost. */
    Optional<Offset> resolve(Offset offset);
  }

  /**
   * The same log while it has a history in which an epoch is continued: else reads by it fail. It
   * is the log itself where reads cannot meet another history.
   */
  default EventHistory in(String epoch) {
    return this;
  }

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
