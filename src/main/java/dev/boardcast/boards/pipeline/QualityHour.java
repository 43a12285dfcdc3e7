package dev.boardcast.boards.pipeline;

import dev.boardcast.spi.Page;
import io.vertx.sqlclient.Row;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A row of {@code data_quality_metrics}: one source in one hour.
 *
 * @param hour the start of the hour
 * @param successRate percent, as the other rates; null without attempts
 * @param records the total of the successful runs; a record that several runs found counts for each
 * @param status of the worst check, by the bounds of the snapshot; pending without attempts
 * @param metricType the check that the status is of; null without attempts
 * @param checks those with attempts, by name
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
    String metricType,
    List<Check> checks) {

  /**
   * A check in the hour.
   *
   * @param passRate percent; null without attempts
   * @param metricType its name in alerts and anomalies
   */
  record Check(
      String name,
      long attempts,
      long passes,
      BigDecimal passRate,
      HealthStatus status,
      String metricType) {
    static Check of(String name, Ratio passed, PipelineConfig config) {
      return new Check(
          name,
          passed.whole(),
          passed.part(),
          passed.percent(),
          passed.status(config),
          QualityCheck.metric(name));
    }
  }

  Page.Cursor cursor() {
    return new Page.Cursor(hour, source);
  }

  static QualityHour of(Row row, PipelineConfig config) {
    long runs = row.getLong("runs");
    long failures = row.getLong("failures");
    var located = new Ratio(row.getLong("geocoding_successes"), row.getLong("geocoding_attempts"));
    var valid = new Ratio(row.getLong("validation_passes"), row.getLong("validation_attempts"));
    List<Check> checks = checks(row, located, valid, config);
    Optional<Check> worst = checks.stream().reduce((one, two) -> isWorse(two, one) ? two : one);
    return new QualityHour(
        row.getString("source"),
        row.getOffsetDateTime("hour").toInstant(),
        runs,
        failures,
        new Ratio(runs - failures, runs).percent(),
        row.getLong("records"),
        located.whole(),
        located.part(),
        located.percent(),
        valid.whole(),
        valid.part(),
        valid.percent(),
        worst.map(Check::status).orElse(HealthStatus.PENDING),
        worst.map(Check::metricType).orElse(null),
        checks);
  }

  private static boolean isWorse(Check one, Check other) {
    return one.status().compareTo(other.status()) > 0;
  }

  private static List<Check> checks(Row row, Ratio located, Ratio valid, PipelineConfig config) {
    var checks = new ArrayList<Check>();
    if (located.whole() > 0) checks.add(Check.of(QualityCheck.GEOCODING, located, config));
    if (valid.whole() > 0) checks.add(Check.of(QualityCheck.VALIDATION, valid, config));
    String[] names = row.getArrayOfStrings("check_names");
    Long[] attempts = row.getArrayOfLongs("check_attempts");
    Long[] passes = row.getArrayOfLongs("check_passes");
    for (int i = 0; names != null && i < names.length; i++) {
      checks.add(Check.of(names[i], new Ratio(passes[i], attempts[i]), config));
    }
    checks.sort(Comparator.comparing(Check::name));
    return checks;
  }
}
