package dev.boardcast.boards.platform;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The numbers of distinct active users. A user is active for five minutes from the second of an
 * activity on.
 *
 * @param current users active in the last five minutes
 * @param today users active in the current day of the configured zone
 * @param peak the highest number in any second of the current minute and the 24 hours before it
 * @param nextStep when the current number next changes without new facts; empty if it does not
 * @param peakMinute the peak holds until this minute is more than 24 hours ago; empty if it may
 *     change after the current minute
 */
record ActiveUserCounts(
    long current, long today, long peak, Optional<Instant> nextStep, Optional<Instant> peakMinute) {
  private static final Duration WINDOW = Duration.ofHours(24);

  private static final String READ =
      """
      WITH base AS (
        SELECT coalesce(sum(net) FILTER (WHERE minute < $3), 0) AS first,
               coalesce(sum(net), 0) AS last
        FROM platform_presence_minute WHERE minute < $2
      ), past AS MATERIALIZED (
        SELECT minute, first + sum(net) OVER (ORDER BY minute) - net + top AS highest
        FROM platform_presence_minute CROSS JOIN base WHERE minute >= $3 AND minute < $2
      ), present AS (
        SELECT at, sum(net) OVER (ORDER BY at) AS change
        FROM platform_presence_step WHERE at >= $2 AND at <= $1
      ), known AS (
        SELECT last + coalesce((SELECT change FROM present ORDER BY at DESC LIMIT 1), 0) AS current,
               greatest(first, (SELECT max(highest) FROM past), last,
                        last + (SELECT max(change) FROM present)) AS peak
        FROM base
      )
      SELECT current, peak,
             (SELECT coalesce(sum(users), 0)::bigint FROM platform_return
              WHERE bucket >= $4 AND bucket < $5 AND before < $4) AS today,
             (SELECT min(at) FROM platform_presence_step WHERE at > $1) AS next_step,
             (SELECT coalesce(max(minute) FILTER (WHERE highest = peak), min(minute)) FROM past)
               AS peak_minute
      FROM known""";

  /**
   * Reads the numbers.
   *
   * @param today the current day of the configured zone
   */
  static Future<ActiveUserCounts> read(SqlClient client, Instant now, TimeSpan today) {
    Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
    return client
        .preparedQuery(READ)
        .execute(
            Tuple.tuple()
                .addOffsetDateTime(now.truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC))
                .addOffsetDateTime(minute.atOffset(ZoneOffset.UTC))
                .addOffsetDateTime(minute.minus(WINDOW).atOffset(ZoneOffset.UTC))
                .addOffsetDateTime(today.from().atOffset(ZoneOffset.UTC))
                .addOffsetDateTime(today.to().atOffset(ZoneOffset.UTC)))
        .map(rows -> of(rows.iterator().next()));
  }

  /** When a number next changes without new facts, apart from midnight; empty if it does not. */
  Optional<Instant> nextChange(Instant now) {
    if (peak == current) return nextStep;
    Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
    Instant peakEnds = peakMinute.map(last -> last.plus(WINDOW)).orElse(minute);
    return Optional.of(earlier(nextStep, peakEnds.plus(1, ChronoUnit.MINUTES)));
  }

  static Instant earlier(Optional<Instant> one, Instant other) {
    return one.filter(time -> time.isBefore(other)).orElse(other);
  }

  private static ActiveUserCounts of(Row row) {
    return new ActiveUserCounts(
        row.getLong("current"),
        row.getLong("today"),
        row.getLong("peak"),
        time(row, "next_step"),
        time(row, "peak_minute"));
  }

  private static Optional<Instant> time(Row row, String column) {
    return Optional.ofNullable(row.getOffsetDateTime(column)).map(time -> time.toInstant());
  }
}
