package dev.boardcast.metrics.history;

import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Stores past states of boards.
 *
 * <ul>
 *   <li>A state is written when the next one replaces it, if it was the last of a slot of a {@link
 *       HistoryTier}. While nothing changes, nothing is written; the newest state is in {@code
 *       board_state} only.
 *   <li>A state holds until the next one, so there are no gaps between states.
 *   <li>When the clock goes back, the states of the time that comes again are deleted.
 * </ul>
 *
 * Thread safe.
 */
public final class HistoryStore {
  // A state that began before the time that is kept is written as of the beginning of that time.
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

  // A clock that goes back further is wrong for a moment, and nothing is deleted.
  private static final Duration MAX_STEP_BACK = Duration.ofDays(1);

  private final List<HistoryTier> tiers;

  public HistoryStore(HistoryConfig config) {
    tiers = config.tiers();
  }

  /**
   * Writes the stored state to the history before a new one replaces it, if it was the last of a
   * slot. Needs no statement within a slot.
   *
   * @param changed since when the stored state holds
   * @param now when the new state begins
   * @param data of the new state; the same data is not a change
   */
  public Future<Void> keep(
      SqlClient transaction, String board, Instant changed, Instant now, RawJson data) {
    if (now.isBefore(changed)) {
      boolean isFarOff = Duration.between(now, changed).compareTo(MAX_STEP_BACK) > 0;
      return isFarOff
          ? keep(transaction, board, tiers, now, data)
          : forget(transaction, board, now, changed);
    }
    var ended = tiers.stream().filter(tier -> tier.keeps(changed, now)).toList();
    return ended.isEmpty() ? Future.succeededFuture() : keep(transaction, board, ended, now, data);
  }

  private Future<Void> keep(
      SqlClient transaction, String board, List<HistoryTier> ended, Instant now, RawJson data) {
    var coarsest = tiers.get(tiers.size() - 1);
    return transaction
        .preparedQuery(KEEP)
        .execute(
            Tuple.tuple()
                .addString(board)
                .addString(data.text())
                .addArrayOfShort(ended.stream().map(t -> (short) t.id()).toArray(Short[]::new))
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
