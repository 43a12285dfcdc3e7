package dev.boardcast.metrics.audit;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores what the last audit of each board found, for rules for operators: only a later audit
 * changes it. Thread safe.
 */
public final class AuditResults {
  private static final Logger LOG = LoggerFactory.getLogger(AuditResults.class);

  // Not by a node that has lost the board meanwhile. A failed audit says nothing of the rows.
  private static final String WRITE =
      """
      INSERT INTO board_audit AS a (board, wrong_rows, failed, audited_at)
      SELECT $1, coalesce($3, 0), $3::bigint IS NULL, clock_timestamp()
      WHERE EXISTS (SELECT FROM lease WHERE name = 'board.' || $1 AND holder = $2)
      ON CONFLICT (board) DO UPDATE
        SET wrong_rows = coalesce($3, a.wrong_rows), failed = excluded.failed,
            audited_at = excluded.audited_at""";

  private final Pool pool;
  private final String node;

  /**
   * @param node the holder of leases
   */
  public AuditResults(Pool pool, String node) {
    this.pool = pool;
    this.node = node;
  }

  /** An audit came to a result. */
  public void found(String board, long wrongRows) {
    write(board, wrongRows);
  }

  /** An audit came to none. */
  public void failed(String board) {
    write(board, null);
  }

  // The next audit writes again.
  private void write(String board, Long wrongRows) {
    Future<?> written = pool.preparedQuery(WRITE).execute(Tuple.of(board, node, wrongRows));
    written.onFailure(cause -> LOG.debug("the result of an audit was not stored", cause));
  }
}
