package dev.boardcast.boards.analysis;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the next time at which a metric changes without new facts: when a non-empty bucket leaves
 * the window, the window before it, or becomes as old as a trend's baseline. Costs one index
 * look-up per such age.
 */
final class NextChange {
  private static final String NEXT =
      """
      SELECT position, (SELECT min(bucket) FROM analysis_rollup
                     WHERE grain = 15 AND bucket >= at) AS bucket
      FROM unnest($1::timestamptz[]) WITH ORDINALITY AS message (at, position)
      UNION ALL
      SELECT position, (SELECT min(bucket) FROM analysis_count
                     WHERE counter = 'open_runs' AND grain = 15 AND bucket >= at)
      FROM unnest($2::timestamptz[]) WITH ORDINALITY AS run (at, position)""";

  // The first ages in both lists, so that a position means the same in either.
  private static final List<Duration> BASELINES = List.of(Trends.HOUR, Trends.DAY, Trends.WEEK);
  private final List<Duration> ages;

  NextChange(Duration window) {
    ages =
        Stream.concat(
                BASELINES.stream(),
                Stream.concat(
                    Stream.of(window, window.multipliedBy(2)),
                    BASELINES.stream().map(window::plus)))
            .toList();
  }

  /** The first change after {@code now}; empty if there is none. */
  Future<Optional<Instant>> after(SqlClient transaction, Instant now) {
    return transaction
        .preparedQuery(NEXT)
        .execute(
            Tuple.tuple()
                .addArrayOfOffsetDateTime(edges(ages, now))
                .addArrayOfOffsetDateTime(edges(BASELINES, now)))
        .map(
            rows -> {
              Optional<Instant> next = Optional.empty();
              for (Row row : rows) {
                OffsetDateTime bucket = row.getOffsetDateTime("bucket");
                if (bucket == null) continue;
                var age = ages.get(row.getLong("position").intValue() - 1);
                var change = bucket.toInstant().plus(WindowEdge.STEP).plus(age);
                if (next.isEmpty() || change.isBefore(next.get())) next = Optional.of(change);
              }
              return next;
            });
  }

  private static OffsetDateTime[] edges(List<Duration> ages, Instant now) {
    return ages.stream()
        .map(age -> WindowEdge.utc(WindowEdge.of(now.minus(age)).quarter()))
        .toArray(OffsetDateTime[]::new);
  }
}
