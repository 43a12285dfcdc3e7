package dev.boardcast.metrics.history;

import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

  private static final String KEEP_PARTS =
      """
      INSERT INTO board_history (tier, board, at, data)
      SELECT t.tier, s.name, known.at, s.data::text::jsonb
      FROM board_part s JOIN unnest($1::text[], $2::text[]) AS n (name, data) ON s.name = n.name
      CROSS JOIN unnest($3::smallint[]) AS t (tier)
      CROSS JOIN LATERAL (
        SELECT a.at FROM (VALUES (s.changed_at), (CASE t.tier WHEN 3 THEN $4::timestamptz END))
          AS a (at)
        JOIN board_history_part p ON p.tier = t.tier AND p.starts <= a.at AND p.ends > a.at
        WHERE a.at >= s.changed_at
        ORDER BY a.at LIMIT 1) AS known
      WHERE s.data::text <> n.data
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

  /**
   * What replaces a stored state.
   *
   * @param changed since when the stored state holds
   */
  public record Change(String name, Instant changed, RawJson data) {}

  /**
   * As {@link #keep} for many parts of boards at once: a statement for all that were the last of
   * the same slots.
   */
  public Future<Void> keepParts(SqlClient transaction, List<Change> changes, Instant now) {
    var byTiers = new LinkedHashMap<List<HistoryTier>, List<Change>>();
    List<Future<?>> steps = new ArrayList<>();
    for (Change change : changes) {
      boolean isBack = now.isBefore(change.changed());
      boolean isFarBack =
          isBack && Duration.between(now, change.changed()).compareTo(MAX_STEP_BACK) > 0;
      if (isBack && !isFarBack) {
        steps.add(forget(transaction, change.name(), now, change.changed()));
        continue;
      }
      var ended =
          isFarBack
              ? tiers
              : tiers.stream().filter(tier -> tier.keeps(change.changed(), now)).toList();
      if (!ended.isEmpty()) byTiers.computeIfAbsent(ended, first -> new ArrayList<>()).add(change);
    }
    byTiers.forEach((ended, some) -> steps.add(keepParts(transaction, ended, some, now)));
    return Future.join(steps).mapEmpty();
  }

  private Future<?> keepParts(
      SqlClient transaction, List<HistoryTier> ended, List<Change> changes, Instant now) {
    return transaction
        .preparedQuery(KEEP_PARTS)
        .execute(
            Tuple.tuple()
                .addArrayOfString(changes.stream().map(Change::name).toArray(String[]::new))
                .addArrayOfString(
                    changes.stream().map(each -> each.data().text()).toArray(String[]::new))
                .addArrayOfShort(ended.stream().map(t -> (short) t.id()).toArray(Short[]::new))
                .addOffsetDateTime(utc(earliest(now))));
  }

  private Instant earliest(Instant now) {
    return now.minus(tiers.get(tiers.size() - 1).keep());
  }

  private Future<Void> keep(
      SqlClient transaction, String board, List<HistoryTier> ended, Instant now, RawJson data) {
    return transaction
        .preparedQuery(KEEP)
        .execute(
            Tuple.tuple()
                .addString(board)
                .addString(data.text())
                .addArrayOfShort(ended.stream().map(t -> (short) t.id()).toArray(Short[]::new))
                .addOffsetDateTime(utc(earliest(now))))
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
