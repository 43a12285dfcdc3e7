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
 * A metric of a source in its latest hour, compared with the hours before. Hours ahead of the clock
 * are compared once they begin; a late fact changes its own hour and the past of those after it.
 *
 * @param metric {@code records} (mean of the hour's successful runs), {@code success_rate}, {@code
 *     geocoding_success_rate}, {@code validation_pass_rate} or {@code check.<name>} (percent)
 * @param attempts the number of runs or attempts behind the value
 * @param median of the hours with a value among the 168 hours before
 * @param mad the median of their absolute deviations from the median
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
      SELECT d.* FROM pipeline_source s
        CROSS JOIN LATERAL (
          VALUES ('records'), ('success_rate'), ('geocoding_success_rate'),
                 ('validation_pass_rate')
          UNION ALL
          (SELECT 'check.' || name FROM pipeline_check_source c
           WHERE c.source = s.source ORDER BY name LIMIT %d)) AS watched (metric)
        CROSS JOIN LATERAL (
          SELECT source, metric, hour, value, attempts, hours, median, mad
          FROM pipeline_deviation l
          WHERE l.source = s.source AND l.metric = watched.metric AND hour > $1 AND hour <= $2
          ORDER BY hour DESC LIMIT 1) AS d
      WHERE hours >= $3
      ORDER BY d.source, d.metric"""
          .formatted(QualityCheck.SHOWN);
  private static final String RECORDS = "records";
  // Makes the MAD of normally distributed values their standard deviation.
  private static final double SCALE = 1.4826;
  private static final double MIN_POINTS = 1;
  private static final double MIN_RECORDS = 1;
  private static final double MIN_SHARE_OF_RECORDS = 0.05;

  /**
   * Reads the metrics whose latest hour began within 24 hours and that have enough hours before.
   */
  static Future<List<HourlyDeviation>> read(
      SqlClient transaction, Instant now, PipelineConfig config) {
    return transaction
        .preparedQuery(SELECT)
        .execute(
            Tuple.of(
                now.minus(Window.LENGTH).atOffset(ZoneOffset.UTC),
                now.atOffset(ZoneOffset.UTC),
                (long) config.anomalyHours()))
        .map(
            rows -> {
              var deviations = new ArrayList<HourlyDeviation>(rows.size());
              for (Row row : rows) deviations.add(of(row));
              return deviations;
            });
  }

  /** Whether it is of the records of a run. */
  boolean isOfRecords() {
    return metric.equals(RECORDS);
  }

  /** The lowest value that is no anomaly; not below 0. */
  BigDecimal expectedFrom(PipelineConfig config) {
    return round(Math.max(0, median - config.anomalyDeviations() * spread()));
  }

  /** The highest value that is no anomaly. */
  BigDecimal expectedTo(PipelineConfig config) {
    return round(median + config.anomalyDeviations() * spread());
  }

  /** The distance of the value from the median in robust deviations, negative below. */
  double deviations() {
    return (value - median) / spread();
  }

  /** The anomaly, if the deviation is greater than configured. */
  Optional<Anomaly> anomaly(PipelineConfig config) {
    if (Math.abs(deviations()) <= config.anomalyDeviations()) return Optional.empty();
    return Optional.of(
        new Anomaly(source, metric, round(value), round(median), round(deviations()), hour));
  }

  /**
   * The robust deviation of the hours before, or the variation expected by chance where that is
   * greater: 50 / sqrt(n) percentage points for a rate of n attempts, 5 % for records.
   */
  private double spread() {
    double least =
        metric.equals(RECORDS)
            ? Math.max(MIN_RECORDS, MIN_SHARE_OF_RECORDS * median)
            : Math.max(MIN_POINTS, 50 / Math.sqrt(attempts));
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
