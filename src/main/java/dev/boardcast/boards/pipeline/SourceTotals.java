package dev.boardcast.boards.pipeline;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * The totals of one source in a time range.
 *
 * @param succeeded successful runs of all runs
 * @param records the total of the successful runs
 */
record SourceTotals(String source, Ratio succeeded, long records, Ratio geocoded, Ratio valid) {
  private static final String SELECT =
      """
      SELECT source, sum(runs)::bigint AS runs, sum(runs - failures)::bigint AS successes,
             sum(records)::bigint AS records,
             sum(geocoding_attempts)::bigint AS geocoding_attempts,
             sum(geocoding_successes)::bigint AS geocoding_successes,
             sum(validation_attempts)::bigint AS validation_attempts,
             sum(validation_passes)::bigint AS validation_passes
      FROM data_quality_metrics WHERE hour >= $1 AND hour < $2
      GROUP BY source ORDER BY source""";

  /**
   * Reads the totals of every source with facts in the range, by name.
   *
   * @param from a full hour
   * @param to a full hour, exclusive
   */
  static Future<List<SourceTotals>> read(SqlClient client, Instant from, Instant to) {
    return client
        .preparedQuery(SELECT)
        .execute(Tuple.of(from.atOffset(ZoneOffset.UTC), to.atOffset(ZoneOffset.UTC)))
        .map(
            rows -> {
              var totals = new ArrayList<SourceTotals>(rows.size());
              for (Row row : rows) totals.add(of(row));
              return totals;
            });
  }

  private static SourceTotals of(Row row) {
    return new SourceTotals(
        row.getString("source"),
        new Ratio(row.getLong("successes"), row.getLong("runs")),
        row.getLong("records"),
        new Ratio(row.getLong("geocoding_successes"), row.getLong("geocoding_attempts")),
        new Ratio(row.getLong("validation_passes"), row.getLong("validation_attempts")));
  }
}
