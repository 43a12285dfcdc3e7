package dev.boardcast.sources;

import static dev.boardcast.sources.SyncStatements.execute;

import dev.boardcast.database.Backoff;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs work in a transaction that waits for locks for a bounded time, and tries again after a
 * pause, in which others go on. Blocking.
 */
final class LockRetry {
  /** How long the locks of one attempt are waited for, together. */
  static final Duration LOCK_TIMEOUT = Duration.ofSeconds(1);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(2);
  private static final String LOCKED = "55P03";
  private static final String DEADLOCK = "40P01";
  private static final String STATEMENT_TIMEOUT = "57014";
  private static final Set<String> RETRIED = Set.of(LOCKED, DEADLOCK, STATEMENT_TIMEOUT);

  private final int attempts;

  /**
   * @param attempts how often a lock is tried for
   */
  LockRetry(int attempts) {
    this.attempts = attempts;
  }

  /** Work that sets the {@code lock_timeout} of its transaction itself. */
  interface Work {
    void run() throws SQLException;
  }

  /**
   * Runs work and commits it.
   *
   * @throws SourceException when its locks are not free after all attempts; then nothing has
   *     changed
   */
  void run(Connection connection, SourceName name, Work work) throws SQLException {
    var backoff = new Backoff(FIRST_PAUSE, MAX_PAUSE);
    for (int attempt = 1; ; attempt++) {
      try {
        execute(connection, "BEGIN");
        work.run();
        execute(connection, "COMMIT");
        return;
      } catch (SQLException | RuntimeException failure) {
        SyncStatements.rollback(connection, failure);
        boolean isLocked =
            failure instanceof SQLException sql && RETRIED.contains(sql.getSQLState());
        if (!isLocked) throw failure;
        if (attempt >= attempts) {
          throw new SourceException(
              "%s is locked by other transactions, tried %d times for %d ms; try again when they have ended"
                  .formatted(name.relation(), attempts, LOCK_TIMEOUT.toMillis()));
        }
        LockSupport.parkNanos(backoff.next().toNanos());
      }
    }
  }
}
