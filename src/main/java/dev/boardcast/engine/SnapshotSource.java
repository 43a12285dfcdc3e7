package dev.boardcast.engine;

import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
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
}
