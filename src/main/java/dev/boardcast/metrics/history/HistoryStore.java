package dev.boardcast.metrics.history;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * What boards said before.
 *
 * <ul>
 *   <li>A state is written when it gives way to the next, if it was the last of a slot of a {@link
 *       HistoryTier}: while nothing changes, nothing is written, and the newest state stands in
 *       {@code board_state} alone.
 *   <li>A state holds until the next one, so what is missing between two is no gap.
 *   <li>When the clock goes back, what was recorded for the time that then comes again is given up.
 * </ul>
 *
 * Thread safe.
 */
public final class HistoryStore {
  // What has held for longer than anything is remembered is written as of that long ago.
  private static final String KEEP =
      """
      INSERT INTO board_history (tier, board, at, data)
      SELECT t.tier, s.board, known.at, s.data::text::jsonb
      FROM board_state s
      CROSS JOIN unnest($3::smallint[]) AS t (tier)
      CROSS JOIN LATERAL (
        SELECT a.at FROM (VALUES (s.changed_at), (CASE t.tier WHEN 3 THEN $4::timestamptz END))
          AS a (at)
        JOIN board_history_part p ON p.tier = t.tier AND p.starts <= a.at AND p.ends > a.at
        WHERE a.at >= s.changed_at
        ORDER BY a.at LIMIT 1) AS known
      WHERE s.board = $1 AND s.data::text <> $2
      ON CONFLICT DO NOTHING""";

  private static final String FORGET =
      "DELETE FROM board_history WHERE board = $1 AND at > $2 AND at <= $3";

  private static final String AT =
      """
      SELECT data FROM (
        (SELECT at, data::text AS data FROM board_history
         WHERE tier = 1 AND board = $1 AND at <= $2 ORDER BY at DESC LIMIT 1)
        UNION ALL
        (SELECT at, data::text FROM board_history
         WHERE tier = 2 AND board = $1 AND at <= $2 ORDER BY at DESC LIMIT 1)
        UNION ALL
        (SELECT at, data::text FROM board_history
         WHERE tier = 3 AND board = $1 AND at <= $2 ORDER BY at DESC LIMIT 1)
        UNION ALL
        SELECT changed_at, data::text FROM board_state WHERE board = $1 AND changed_at <= $2
      ) AS known
      ORDER BY at DESC LIMIT 1""";

  // A clock that is wrong by more than that says nothing about what was recorded.
  private static final Duration LONGEST_STEP_BACK = Duration.ofDays(1);

  private final List<HistoryTier> tiers;

  public HistoryStore(HistoryConfig config) {
    tiers = config.tiers();
  }

  /**
   * The numbers of a board as they were at a moment, as closely as they are remembered: exactly at
   * a multiple of the step of the tier that goes back so far.
   *
   * @param client such as the transaction of a {@link Board#snapshot}
   * @return empty when nothing is known of that time
   */
  public static Future<Optional<RawJson>> at(SqlClient client, String board, Instant at) {
    return client
        .preparedQuery(AT)
        .execute(Tuple.of(board, at.atOffset(ZoneOffset.UTC)))
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(RawJson.of(rows.iterator().next().getString(0))));
  }

  /**
   * Keeps the stored state, if it was the last of a slot, before another takes its place at {@code
   * now}. Nothing is asked of the database within a slot.
   *
   * @param changed since when the stored state holds
   * @param data of the new state; the same data again is no change
   */
  public Future<Void> keep(
      SqlClient transaction, String board, Instant changed, Instant now, RawJson data) {
    if (now.isBefore(changed)) {
      boolean isFarOff = Duration.between(now, changed).compareTo(LONGEST_STEP_BACK) > 0;
      return isFarOff
          ? keep(transaction, board, tiers, now, data)
          : forget(transaction, board, now, changed);
    }
    var over = tiers.stream().filter(tier -> tier.keeps(changed, now)).toList();
    return over.isEmpty() ? Future.succeededFuture() : keep(transaction, board, over, now, data);
  }

  private Future<Void> keep(
      SqlClient transaction, String board, List<HistoryTier> over, Instant now, RawJson data) {
    var coarsest = tiers.get(tiers.size() - 1);
    return transaction
        .preparedQuery(KEEP)
        .execute(
            Tuple.tuple()
                .addString(board)
                .addString(data.text())
                .addArrayOfShort(over.stream().map(t -> (short) t.id()).toArray(Short[]::new))
                .addOffsetDateTime(utc(now.minus(coarsest.keep()))))
        .mapEmpty();
  }

  private static Future<Void> forget(
      SqlClient transaction, String board, Instant now, Instant future) {
    return transaction
        .preparedQuery(FORGET)
        .execute(Tuple.of(board, utc(now), utc(future)))
        .mapEmpty();
  }

  private static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }
}
