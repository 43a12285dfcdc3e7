package dev.boardcast.sources;

import static dev.boardcast.sources.SyncStatements.execute;
import static dev.boardcast.sources.SyncStatements.text;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Finds whether a table was rewritten after a snapshot that is about to read it.
 *
 * <p>What {@code ALTER TABLE}, {@code TRUNCATE}, {@code CLUSTER} write in place of a table is
 * invisible to snapshots from before, for which the table is empty. A snapshot may be older than
 * that, as the lock that a rewrite holds is waited for after the snapshot is taken. Rights on some
 * columns do not allow {@code LOCK TABLE}, so the lock is taken by a query, and then the file that
 * the snapshot's catalog names is compared with the one that is read. Blocking.
 */
final class Rewrites {
  /** Of a transaction, before it reads a table: how long it waits for a lock. */
  static final String LOCK_TIMEOUT =
      "SET LOCAL lock_timeout = " + LockRetry.LOCK_TIMEOUT.toMillis();

  private static final String FIRST_USER_OID = "16384";
  private static final String FOUND =
      """
      SELECT 1 FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
      WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND c.relkind IN ('r', 'm')
        AND c.oid >= %s AND c.relfilenode IS DISTINCT FROM pg_relation_filenode(c.oid)
      LIMIT 1"""
          .formatted(FIRST_USER_OID);

  private Rewrites() {}

  /**
   * Locks a table or view, and all that it consists of, against rewrites until the transaction
   * ends.
   *
   * @param relation quoted
   * @return whether the snapshot of the transaction has its rows; if not, the transaction has to
   *     begin again
   */
  static boolean lock(Connection connection, String relation) throws SQLException {
    execute(connection, "SELECT FROM " + relation + " LIMIT 0");
    return text(connection, FOUND) == null;
  }
}
