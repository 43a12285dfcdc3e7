package dev.boardcast.sources;

import static dev.boardcast.sources.SyncStatements.execute;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Deletes pairs of facts of which one takes back what the other has added, so that the facts of a
 * source grow with its rows and not with its changes.
 *
 * <p>Each pair goes in one statement, so its sums are the same wherever a run ends. Both facts of a
 * pair are older than the watermark of every board, and than a snapshot of at least half an hour
 * ago: a fold, audit or recomputation has either both or none of them. Boards that are not computed
 * any more hold it back. Blocking.
 */
final class Compaction {
  static final Duration MIN_AGE = Duration.ofMinutes(30);

  private static final String OLD = "cancelled";
  private static final String FIND =
      """
      CREATE TEMP TABLE %6$s AS
      WITH bound AS (
        SELECT seen.x FROM (
          SELECT pg_snapshot_xmin(horizon) AS x FROM source
          WHERE name = %3$s AND horizon_at < now() - interval '%4$d seconds'
          UNION ALL SELECT pg_snapshot_xmin(watermark) FROM board_state
        ) AS seen
        WHERE EXISTS (SELECT FROM source WHERE name = %3$s
                      AND horizon_at < now() - interval '%4$d seconds')
        ORDER BY seen.x LIMIT 1)
      SELECT numbered.id,
             row_number() OVER (ORDER BY numbered.first, numbered.k, numbered.id) AS place
      FROM (
        SELECT change_id AS id,
               row_number() OVER (PARTITION BY %2$s, sign ORDER BY change_id) AS k,
               min(change_id) OVER same AS first,
               least(count(*) FILTER (WHERE sign = 1) OVER same,
                     count(*) FILTER (WHERE sign = -1) OVER same) AS pairs
        FROM %1$s WHERE tx < (SELECT bound.x FROM bound)
        WINDOW same AS (PARTITION BY %2$s)) AS numbered
      WHERE numbered.k <= numbered.pairs ORDER BY place LIMIT %5$d""";
  private static final String DELETE =
      """
      DELETE FROM %s WHERE change_id = ANY (ARRAY(
        SELECT id FROM %s WHERE place > %d AND place <= %d))""";
  private static final String MARK =
      """
      UPDATE source SET horizon = pg_current_snapshot(), horizon_at = now()
      WHERE name = %s
        AND (horizon_at IS NULL OR horizon_at < now() - interval '%d seconds')""";

  // Even, as the facts of pairs are.
  private static final int BATCH = 100_000;

  // Even as well; the next run deletes what is left.
  private static final int MAX_DELETED = 10_000_000;

  private final Connection local;
  private final Duration age;
  private final int batchSize;

  Compaction(Connection local, Duration age) {
    this(local, age, BATCH);
  }

  /**
   * @param batchSize how many facts one statement deletes; even
   */
  Compaction(Connection local, Duration age, int batchSize) {
    this.batchSize = batchSize;
    this.local = local;
    this.age = age;
  }

  /** Deletes pairs that are old enough; returns how many facts were deleted. */
  long run(Source source) throws SQLException {
    String name = Identifiers.literal(source.name().key());
    execute(local, "DROP TABLE IF EXISTS pg_temp." + OLD);
    execute(
        local,
        FIND.formatted(source.facts(), source.names(), name, age.toSeconds(), MAX_DELETED, OLD));
    long deleted = 0;
    long batch;
    do {
      String delete = DELETE.formatted(source.facts(), OLD, deleted, deleted + batchSize);
      try (var statement = local.createStatement()) {
        batch = statement.executeLargeUpdate(delete);
      }
      deleted += batch;
    } while (batch == batchSize);
    execute(local, "DROP TABLE pg_temp." + OLD);
    execute(local, MARK.formatted(name, age.toSeconds()));
    return deleted;
  }
}
