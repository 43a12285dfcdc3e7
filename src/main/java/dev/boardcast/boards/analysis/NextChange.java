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
 * When time alone next moves a number: as soon as a bucket that is not empty leaves the window, or
 * lies as far back as a trend looks. One look-up in an index per such distance.
 */
final class NextChange {
  private static final String NEXT =
      """
      SELECT place, (SELECT min(bucket) FROM analysis_rollup
                     WHERE grain = 15 AND bucket >= at) AS bucket
      FROM unnest($1::timestamptz[]) WITH ORDINALITY AS message (at, place)
      UNION ALL
      SELECT place, (SELECT min(bucket) FROM analysis_count
                     WHERE counter = 'open_runs' AND grain = 15 AND bucket >= at)
      FROM unnest($2::timestamptz[]) WITH ORDINALITY AS run (at, place)""";

  // The looks back come first, so that a place in either list means the same.
  private static final List<Duration> LOOKS = List.of(Trends.HOUR, Trends.DAY, Trends.WEEK);
  private final List<Duration> distances;

  NextChange(Duration window) {
    distances =
        Stream.concat(
                LOOKS.stream(), Stream.concat(Stream.of(window), LOOKS.stream().map(window::plus)))
            .toList();
  }

  Future<Optional<Instant>> after(SqlClient transaction, Instant now) {
    return transaction
        .preparedQuery(NEXT)
        .execute(
            Tuple.tuple()
                .addArrayOfOffsetDateTime(edges(distances, now))
                .addArrayOfOffsetDateTime(edges(LOOKS, now)))
        .map(
            rows -> {
              Optional<Instant> next = Optional.empty();
              for (Row row : rows) {
                OffsetDateTime bucket = row.getOffsetDateTime("bucket");
                if (bucket == null) continue;
                var distance = distances.get(row.getLong("place").intValue() - 1);
                var move = bucket.toInstant().plus(WindowEdge.STEP).plus(distance);
                if (next.isEmpty() || move.isBefore(next.get())) next = Optional.of(move);
              }
              return next;
            });
  }

  private static OffsetDateTime[] edges(List<Duration> distances, Instant now) {
    return distances.stream()
        .map(distance -> WindowEdge.utc(WindowEdge.of(now.minus(distance)).quarter()))
        .toArray(OffsetDateTime[]::new);
  }
}
