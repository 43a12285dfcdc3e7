package dev.boardcast.boards.pipeline;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The totals of one source in a time range.
 *
 * @param succeeded successful runs of all runs
 * @param records the total of the successful runs
 * @param fewest records of a successful run; null without one, as {@code most}
 * @param checks by name, without the two of {@code geocoded} and {@code valid}
 */
record SourceTotals(
    String source,
    Ratio succeeded,
    long records,
    Long fewest,
    Long most,
    Ratio geocoded,
    Ratio valid,
    Map<String, Ratio> checks) {
  private static final String SELECT =
      """
      SELECT source, sum(runs)::bigint AS runs, sum(runs - failures)::bigint AS successes,
             sum(records)::bigint AS records, min(fewest) AS fewest, max(most) AS most,
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
    var checks = NamedChecks.within(client, from, to);
    var rows =
        client
            .preparedQuery(SELECT)
            .execute(Tuple.of(from.atOffset(ZoneOffset.UTC), to.atOffset(ZoneOffset.UTC)));
    return Future.all(rows, checks)
        .map(
            read -> {
              var totals = new ArrayList<SourceTotals>(rows.result().size());
              for (Row row : rows.result()) totals.add(of(row, checks.result()));
              return totals;
            });
  }

  private static SourceTotals of(Row row, NamedChecks checks) {
    return new SourceTotals(
        row.getString("source"),
        new Ratio(row.getLong("successes"), row.getLong("runs")),
        row.getLong("records"),
        row.getLong("fewest"),
        row.getLong("most"),
        new Ratio(row.getLong("geocoding_successes"), row.getLong("geocoding_attempts")),
        new Ratio(row.getLong("validation_passes"), row.getLong("validation_attempts")),
        checks.of(row.getString("source")));
  }
}
