package dev.boardcast.boards.pipeline;

import dev.boardcast.spi.Page;
import io.vertx.sqlclient.Row;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * A row of {@code data_quality_metrics}: one source in one hour.
 *
 * @param hour the start of the hour
 * @param successRate percent, as the other rates; null without attempts
 * @param records the total of the successful runs; a record that several runs found counts for each
 * @param status of the worse of both rates, by the bounds of the snapshot; pending without attempts
 * @param metricType the rate that the status is of; null without attempts
 */
record QualityHour(
    String source,
    Instant hour,
    long runs,
    long failures,
    BigDecimal successRate,
    long records,
    long geocodingAttempts,
    long geocodingSuccesses,
    BigDecimal geocodingSuccessRate,
    long validationAttempts,
    long validationPasses,
    BigDecimal validationPassRate,
    HealthStatus status,
    String metricType) {

  Page.Cursor cursor() {
    return new Page.Cursor(hour, source);
  }

  static QualityHour of(Row row, PipelineConfig config) {
    long runs = row.getLong("runs");
    long failures = row.getLong("failures");
    long geocoded = row.getLong("geocoding_successes");
    long toGeocode = row.getLong("geocoding_attempts");
    long valid = row.getLong("validation_passes");
    long checked = row.getLong("validation_attempts");
    var location = new Ratio(geocoded, toGeocode);
    var validity = new Ratio(valid, checked);
    boolean isWorse = validity.status(config).compareTo(location.status(config)) > 0;
    var worse = isWorse ? validity : location;
    return new QualityHour(
        row.getString("source"),
        row.getOffsetDateTime("hour").toInstant(),
        runs,
        failures,
        new Ratio(runs - failures, runs).percent(),
        row.getLong("records"),
        toGeocode,
        geocoded,
        new Ratio(geocoded, toGeocode).percent(),
        checked,
        valid,
        new Ratio(valid, checked).percent(),
        worse.status(config),
        geocoded + toGeocode + checked == 0
            ? null
            : worse == location ? "geocoding_success_rate" : "validation_pass_rate");
  }
}
