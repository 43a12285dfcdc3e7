package dev.boardcast.gateway;

import dev.boardcast.bus.Snapshot;
import io.vertx.core.Future;
import java.util.Optional;

/** Where a board's latest numbers are found when the bus has not brought them. */
@FunctionalInterface
public interface LatestSnapshots {
  /**
   * @return the latest known snapshot, marked stale when it could not be checked; empty, or failed,
   *     when nothing is known
   */
  Future<Optional<Snapshot>> latest(String board);
}
