package dev.boardcast.boards.pipeline;

import io.vertx.sqlclient.Row;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * A row of {@code data_quality_metrics}: one source in one hour.
 *
 * @param hour its begin
 * @param successRate percent, as the other rates; null of nothing
 * @param records of the runs that succeeded, together: each counts what it found, so the same
 *     record may be in many
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
    BigDecimal validationPassRate) {

  static QualityHour of(Row row) {
    long runs = row.getLong("runs");
    long failures = row.getLong("failures");
    long located = row.getLong("geocoding_successes");
    long toLocate = row.getLong("geocoding_attempts");
    long valid = row.getLong("validation_passes");
    long checked = row.getLong("validation_attempts");
    return new QualityHour(
        row.getString("source"),
        row.getOffsetDateTime("hour").toInstant(),
        runs,
        failures,
        new Ratio(runs - failures, runs).percent(),
        row.getLong("records"),
        toLocate,
        located,
        new Ratio(located, toLocate).percent(),
        checked,
        valid,
        new Ratio(valid, checked).percent());
  }
}
