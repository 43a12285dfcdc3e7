package dev.boardcast.boards.pipeline;

import dev.boardcast.boards.pipeline.Alert.Finding;
import dev.boardcast.boards.pipeline.Alert.Key;
import dev.boardcast.boards.pipeline.Alert.Severity;
import dev.boardcast.spi.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Evaluates the alert rules. A source has at most one alert per rule:
 *
 * <ul>
 *   <li>{@code failing}: the configured number of consecutive runs failed.
 *   <li>{@code stale}: no run for the configured times; a warning, then an error.
 *   <li>{@code geocoding_success_rate}, {@code validation_pass_rate}: the rate over 24 hours is not
 *       healthy.
 *   <li>{@code anomaly.<metric>}: the latest hour deviates from the past.
 * </ul>
 *
 * <p>A single failed run changes the status of its source, and raises no alert.
 */
record AlertRules(PipelineConfig config, Instant now) {

  List<Finding> findings(List<SourceHealth> sources, List<Anomaly> anomalies) {
    var findings = new ArrayList<Finding>();
    for (SourceHealth source : sources) {
      Stream.of(
              failing(source),
              stale(source),
              rate(source, "geocoding_success_rate", source.geocoded()),
              rate(source, "validation_pass_rate", source.valid()))
          .flatMap(Optional::stream)
          .forEach(findings::add);
    }
    anomalies.forEach(anomaly -> findings.add(anomaly(anomaly)));
    return findings;
  }

  private Optional<Finding> failing(SourceHealth source) {
    if (source.failures() < config.failingRuns()) return Optional.empty();
    return finding(source, "failing", Severity.ERROR, source.failures() + " runs in a row failed");
  }

  private Optional<Finding> stale(SourceHealth source) {
    if (!source.hasRun()) return Optional.empty();
    Duration freshness = source.freshness(now);
    if (freshness.compareTo(config.staleAfter()) < 0) return Optional.empty();
    boolean isLost = freshness.compareTo(config.lostAfter()) >= 0;
    return finding(
        source,
        "stale",
        isLost ? Severity.ERROR : Severity.WARNING,
        "no run since " + Json.time(source.runAt()));
  }

  private Optional<Finding> rate(SourceHealth source, String name, Ratio rate) {
    HealthStatus status = rate.status(config);
    if (status == HealthStatus.PENDING || status == HealthStatus.HEALTHY) return Optional.empty();
    int bound = status == HealthStatus.ERROR ? config.warningPercent() : config.healthyPercent();
    String percent = rate.percent().toPlainString();
    return finding(
        source,
        name,
        Severity.of(status),
        name + " is " + percent + " %, expected at least " + bound + " %");
  }

  private static Finding anomaly(Anomaly anomaly) {
    String message =
        "%s was %s in the hour of %s, expected %s"
            .formatted(
                anomaly.metric(),
                anomaly.value().toPlainString(),
                Json.time(anomaly.since()),
                anomaly.expected().toPlainString());
    return new Finding(
        new Key(anomaly.source(), "anomaly." + anomaly.metric()), Severity.WARNING, message);
  }

  private static Optional<Finding> finding(
      SourceHealth source, String rule, Severity severity, String message) {
    return Optional.of(new Finding(new Key(source.name(), rule), severity, message));
  }
}
