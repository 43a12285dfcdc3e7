package dev.boardcast.sources;

import static dev.boardcast.sources.SyncStatements.execute;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Deletes pairs of facts of which one takes back what the other has added, so that the facts of a
 * source grow with its rows and not with its changes.
 *
 * <p>Both facts of a pair are older than the watermark of every board, and than a snapshot of at
 * least half an hour ago: a fold, audit or recomputation has either both or none of them. Boards
 * that are not computed any more hold it back. Blocking.
 */
final class Compaction {
  static final Duration MIN_AGE = Duration.ofMinutes(30);

  private static final String DELETE =
      """
      WITH bound AS (
        SELECT x FROM (
          SELECT pg_snapshot_xmin(horizon) AS x FROM source
          WHERE name = %3$s AND horizon_at < now() - interval '%4$d seconds'
          UNION ALL SELECT pg_snapshot_xmin(watermark) FROM board_state
        ) AS seen
        WHERE EXISTS (SELECT FROM source WHERE name = %3$s
                      AND horizon_at < now() - interval '%4$d seconds')
        ORDER BY x LIMIT 1)
      DELETE FROM %1$s WHERE change_id = ANY (ARRAY(
        SELECT change_id FROM (
          SELECT change_id,
                 row_number() OVER (PARTITION BY %2$s, sign ORDER BY change_id) AS k,
                 least(count(*) FILTER (WHERE sign = 1) OVER same,
                       count(*) FILTER (WHERE sign = -1) OVER same) AS pairs
          FROM %1$s JOIN bound ON tx < x
          WINDOW same AS (PARTITION BY %2$s)) AS numbered
        WHERE k <= pairs LIMIT %5$d))""";
  private static final String MARK =
      """
      UPDATE source SET horizon = pg_current_snapshot(), horizon_at = now()
      WHERE name = %s
        AND (horizon_at IS NULL OR horizon_at < now() - interval '%d seconds')""";
  private static final int BATCH = 100_000;

  private final Connection local;
  private final Duration age;

  Compaction(Connection local, Duration age) {
    this.local = local;
    this.age = age;
  }

  /** Deletes pairs that are old enough; returns how many facts were deleted. */
  long run(Source source) throws SQLException {
    String name = Identifiers.literal(source.name().key());
    String delete = DELETE.formatted(source.facts(), source.names(), name, age.toSeconds(), BATCH);
    long deleted = 0;
    long batch;
    do {
      try (var statement = local.createStatement()) {
        batch = statement.executeLargeUpdate(delete);
      }
      deleted += batch;
    } while (batch == BATCH);
    execute(local, MARK.formatted(name, age.toSeconds()));
    return deleted;
  }
}
