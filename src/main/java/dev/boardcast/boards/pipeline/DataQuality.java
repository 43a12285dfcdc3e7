package dev.boardcast.boards.pipeline;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The quality of scraped records over 24 hours.
 *
 * @param all over all sources together
 * @param sources by name; sources without any sample are left out
 */
record DataQuality(@JsonUnwrapped Quality all, Map<String, Quality> sources) {

  /**
   * A check.
   *
   * @param passRate percent
   */
  record Check(HealthStatus status, BigDecimal passRate, long attempts, long passes) {
    static Check of(Ratio passed, PipelineConfig config) {
      return new Check(passed.status(config), passed.percent(), passed.whole(), passed.part());
    }
  }

  /**
   * @param status the worst of all checks; pending without attempts
   * @param geocodingSuccessRate percent; null without attempts
   * @param validationPassRate percent; null without attempts
   * @param checks by name, these two among them; those without attempts are left out
   */
  record Quality(
      HealthStatus status,
      BigDecimal geocodingSuccessRate,
      BigDecimal validationPassRate,
      long geocodingAttempts,
      long validationAttempts,
      Map<String, Check> checks) {

    static Quality of(
        Ratio geocoded, Ratio valid, Map<String, Ratio> named, PipelineConfig config) {
      var checks = new TreeMap<String, Check>();
      named.forEach((name, passed) -> checks.put(name, Check.of(passed, config)));
      if (geocoded.whole() > 0) checks.put(QualityCheck.GEOCODING, Check.of(geocoded, config));
      if (valid.whole() > 0) checks.put(QualityCheck.VALIDATION, Check.of(valid, config));
      return new Quality(
          HealthStatus.worst(checks.values().stream().map(Check::status)),
          geocoded.percent(),
          valid.percent(),
          geocoded.whole(),
          valid.whole(),
          checks);
    }

    boolean hasAttempts() {
      return !checks.isEmpty();
    }
  }

  static DataQuality of(List<SourceHealth> all, PipelineConfig config) {
    var sources = new TreeMap<String, Quality>();
    for (SourceHealth source : all) {
      if (source.wasSampled()) {
        sources.put(
            source.name(), Quality.of(source.geocoded(), source.valid(), source.checks(), config));
      }
    }
    return new DataQuality(
        sum(
            all.stream().map(SourceHealth::geocoded),
            all.stream().map(SourceHealth::valid),
            all.stream().map(SourceHealth::checks),
            config),
        sources);
  }

  /** The quality of all sources together. */
  static Quality sum(
      Stream<Ratio> geocoded,
      Stream<Ratio> valid,
      Stream<Map<String, Ratio>> checks,
      PipelineConfig config) {
    return Quality.of(Ratio.sum(geocoded), Ratio.sum(valid), NamedChecks.sum(checks), config);
  }
}
