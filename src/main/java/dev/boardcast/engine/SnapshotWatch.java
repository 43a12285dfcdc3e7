package dev.boardcast.engine;

import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.util.Optional;

/**
 * Takes part in the transaction of every fold: what it writes is committed with the snapshot, or
 * not at all. The transaction is repeatable read, and is run again after a conflict. Thread safe.
 */
@FunctionalInterface
public interface SnapshotWatch {
  /** Watches nothing, and runs no statement. */
  SnapshotWatch NONE = (tx, board) -> Future.succeededFuture(Optional.empty());

  /**
   * Reads what is needed to judge a snapshot, with the first statements of the fold.
   *
   * @return empty if nothing is to be done with this snapshot
   */
  Future<Optional<Step>> begin(SqlClient transaction, String board);

  /** The part of a fold that follows from its snapshot. */
  @FunctionalInterface
  interface Step {
    /**
     * Writes what follows from a snapshot.
     *
     * @param now the time of the snapshot
     * @return what to do after the commit
     */
    Future<Runnable> computed(RawJson snapshot, Instant now);
  }
}
