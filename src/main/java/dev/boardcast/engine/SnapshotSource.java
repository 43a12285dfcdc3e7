package dev.boardcast.engine;

import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Finds a board's latest snapshot when none has arrived on the bus. */
@FunctionalInterface
public interface SnapshotSource {
  /**
   * Returns the latest known snapshot.
   *
   * @return marked stale when it could not be checked; empty, or failed, when none is known
   */
  Future<Optional<Snapshot>> latest(String board);

  /**
   * As {@link #latest(String)}, for a caller who has been told that a version exists.
   *
   * @param version what answers from a cache must not be older than; an older one is returned only
   *     when the database itself has no newer one, or cannot be asked
   */
  default Future<Optional<Snapshot>> latest(String board, long version) {
    return latest(board);
  }

  /**
   * The versions of parts of boards that somebody follows, by name; they are kept up to date for
   * it. Those that are missing in the answer are made up to date by {@link #latest(String)}.
   */
  default Future<Map<String, Long>> versions(Collection<String> parts) {
    return Future.succeededFuture(Map.of());
  }
}
