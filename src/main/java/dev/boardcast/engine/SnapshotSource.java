package dev.boardcast.engine;

import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
import java.util.Optional;

/** Where a board's latest numbers are found when the bus has not brought them. */
@FunctionalInterface
public interface SnapshotSource {
  /**
   * @return the latest known snapshot, marked stale when it could not be checked; empty, or failed,
   *     when nothing is known
   */
  Future<Optional<Snapshot>> latest(String board);
}
