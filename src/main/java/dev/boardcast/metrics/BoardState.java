package dev.boardcast.metrics;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/** Reads and writes the row of one board in {@code board_state}. Thread safe. */
final class BoardState {
  // Plans for few facts even where statistics are old or absent; a fold that has much to catch up
  // with may take longer than a request.
  private static final String BEGIN =
      """
      SELECT s.watermark::text AS watermark,
             s.changed_at,
             s.computed_at,
             coalesce(s.cluster <> cluster_id(), false) AS restored,
             EXISTS (SELECT FROM board_recompute r
                     WHERE r.board = $1 AND r.finished_at IS NULL) AS rebuild_requested,
             set_config('statement_timeout', '600000', true),
             set_config('jit', 'off', true),
             set_config('enable_seqscan', 'off', true)
      FROM (SELECT) AS one LEFT JOIN board_state s ON s.board = $1""";

  // A version is also a time, so that it grows even over a database that was restored or recreated.
  private static final String SAVE =
      """
      INSERT INTO board_state AS s
        (board, watermark, cluster, version, data, computed_at, changed_at)
      VALUES ($1, pg_current_snapshot(), cluster_id(),
              (extract(epoch FROM clock_timestamp()) * 1000)::bigint, $2::text::json, $3, $3)
      ON CONFLICT (board) DO UPDATE
        SET watermark = excluded.watermark,
            cluster = excluded.cluster,
            version = CASE WHEN s.data::text = excluded.data::text THEN s.version
                           ELSE greatest(s.version + 1, excluded.version) END,
            data = excluded.data,
            computed_at = excluded.computed_at,
            changed_at = CASE WHEN s.data::text = excluded.data::text
                              THEN least(s.changed_at, excluded.changed_at)
                              ELSE excluded.changed_at END
      RETURNING version""";

  private static final String IS_DUE =
      """
      SELECT has_fresh($1, $2::text[]) OR EXISTS (
        SELECT FROM board_recompute WHERE board = $1 AND finished_at IS NULL) OR EXISTS (
        SELECT FROM board_part WHERE board = $1 AND is_new)""";

  private final Board board;

  BoardState(Board board) {
    this.board = board;
  }

  /**
   * The row as a fold finds it.
   *
   * @param watermark null when the board was never folded
   * @param isRestored whether the row is of another server, so that its watermark means nothing
   * @param changedAt since when the snapshot holds, null when there is none
   * @param computedAt when it was last computed, null when there is none
   */
  record Stored(
      String watermark,
      boolean isRestored,
      Instant changedAt,
      Instant computedAt,
      boolean isRebuildRequested) {
    private static Stored of(Row row) {
      return new Stored(
          row.getString("watermark"),
          row.getBoolean("restored"),
          time(row, "changed_at"),
          time(row, "computed_at"),
          row.getBoolean("rebuild_requested"));
    }

    private static Instant time(Row row, String column) {
      return Optional.ofNullable(row.getOffsetDateTime(column))
          .map(time -> time.toInstant())
          .orElse(null);
    }
  }

  /** Configures the transaction of a fold and reads the row; its first statement. */
  Future<Stored> begin(SqlClient transaction) {
    return transaction
        .preparedQuery(BEGIN)
        .execute(Tuple.of(board.name()))
        .map(rows -> Stored.of(rows.iterator().next()));
  }

  /**
   * Saves a snapshot with the transaction's own watermark.
   *
   * @return the snapshot's version, which grows when its data changes
   */
  Future<Long> save(SqlClient transaction, RawJson data, Instant computedAt) {
    return transaction
        .preparedQuery(SAVE)
        .execute(Tuple.of(board.name(), data.text(), computedAt.atOffset(ZoneOffset.UTC)))
        .map(rows -> rows.iterator().next().getLong("version"));
  }

  /**
   * Whether there are committed facts that are not folded, or a request for a rebuild. Costs a few
   * index look-ups.
   */
  Future<Boolean> isDue(Pool pool) {
    return pool.preparedQuery(IS_DUE)
        .execute(
            Tuple.tuple()
                .addString(board.name())
                .addArrayOfString(board.facts().toArray(String[]::new)))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }
}
