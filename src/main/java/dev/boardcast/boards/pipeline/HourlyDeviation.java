package dev.boardcast.boards.pipeline;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A source's latest hour beside its past.
 *
 * @param metric {@code records} (mean of the hour's successful runs), {@code success_rate}, {@code
 *     geocoding_success_rate} or {@code validation_pass_rate} (percent)
 * @param attempts how many runs, or tries, the value is made of
 * @param median of the hours with a value in the 168 before
 * @param mad median of their distances from the median
 */
record HourlyDeviation(
    String source,
    String metric,
    Instant hour,
    double value,
    long attempts,
    double median,
    double mad) {
  private static final String SELECT =
      """
      SELECT source, metric, hour, value, attempts, median, mad
      FROM pipeline_departure WHERE hour > $1 AND hours >= $2
      ORDER BY source, metric""";
  private static final String RECORDS = "records";
  // Makes the MAD of normally distributed values their standard deviation.
  private static final double SCALE = 1.4826;
  private static final double LEAST_POINTS = 1;
  private static final double LEAST_RECORDS = 1;
  private static final double LEAST_SHARE_OF_RECORDS = 0.05;

  /** Of the hours that began within 24 hours, with a past long enough to compare with. */
  static Future<List<HourlyDeviation>> read(
      SqlClient transaction, Instant now, PipelineConfig config) {
    return transaction
        .preparedQuery(SELECT)
        .execute(
            Tuple.of(
                now.minus(Window.LENGTH).atOffset(ZoneOffset.UTC), (long) config.anomalyHours()))
        .map(
            rows -> {
              var departures = new ArrayList<HourlyDeviation>(rows.size());
              for (Row row : rows) departures.add(of(row));
              return departures;
            });
  }

  /** How many robust deviations the hour lies above the past, negative below. */
  double deviations() {
    return (value - median) / spread();
  }

  Optional<Anomaly> anomaly(PipelineConfig config) {
    if (Math.abs(deviations()) <= config.anomalyDeviations()) return Optional.empty();
    return Optional.of(
        new Anomaly(source, metric, round(value), round(median), round(deviations()), hour));
  }

  /**
   * The past's robust deviation, and where the past was more even than chance is, chance: of {@code
   * n} tries a rate may stray by half a standard error of a coin's, 50 / sqrt(n) points, whatever
   * the past; records by 5 %.
   */
  private double spread() {
    double least =
        metric.equals(RECORDS)
            ? Math.max(LEAST_RECORDS, LEAST_SHARE_OF_RECORDS * median)
            : Math.max(LEAST_POINTS, 50 / Math.sqrt(attempts));
    return Math.max(SCALE * mad, least);
  }

  private static BigDecimal round(double number) {
    return BigDecimal.valueOf(number).setScale(4, RoundingMode.HALF_UP).stripTrailingZeros();
  }

  private static HourlyDeviation of(Row row) {
    return new HourlyDeviation(
        row.getString("source"),
        row.getString("metric"),
        row.getOffsetDateTime("hour").toInstant(),
        row.getDouble("value"),
        row.getLong("attempts"),
        row.getDouble("median"),
        row.getDouble("mad"));
  }
}
