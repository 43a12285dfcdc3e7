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
 * When there is an alert:
 *
 * <ul>
 *   <li>{@code failing}: so many runs in a row have failed.
 *   <li>{@code stale}: no run for long, a warning; for very long, an error.
 *   <li>{@code geocoding_success_rate}, {@code validation_pass_rate}: the rate of 24 hours is not
 *       healthy.
 *   <li>{@code anomaly.<metric>}: the latest hour is unlike the past.
 * </ul>
 *
 * A single failed run shows in its source's status, but is no alert.
 */
record AlertRules(PipelineConfig config, Instant now) {

  List<Finding> findings(List<SourceHealth> sources, List<Anomaly> anomalies) {
    var findings = new ArrayList<Finding>();
    for (SourceHealth source : sources) {
      Stream.of(
              failing(source),
              stale(source),
              poor(source, "geocoding_success_rate", source.geocoded()),
              poor(source, "validation_pass_rate", source.valid()))
          .flatMap(Optional::stream)
          .forEach(findings::add);
    }
    anomalies.forEach(anomaly -> findings.add(unusual(anomaly)));
    return findings;
  }

  private Optional<Finding> failing(SourceHealth source) {
    if (source.failures() < config.failingRuns()) return Optional.empty();
    return found(source, "failing", Severity.ERROR, source.failures() + " runs in a row failed");
  }

  private Optional<Finding> stale(SourceHealth source) {
    if (!source.hasRun()) return Optional.empty();
    Duration freshness = source.freshness(now);
    if (freshness.compareTo(config.staleAfter()) < 0) return Optional.empty();
    boolean isLost = freshness.compareTo(config.lostAfter()) >= 0;
    return found(
        source,
        "stale",
        isLost ? Severity.ERROR : Severity.WARNING,
        "no run since " + Json.time(source.runAt()));
  }

  private Optional<Finding> poor(SourceHealth source, String rate, Ratio measured) {
    HealthStatus status = measured.status(config);
    if (status == HealthStatus.PENDING || status == HealthStatus.HEALTHY) return Optional.empty();
    int bound = status == HealthStatus.ERROR ? config.warningPercent() : config.healthyPercent();
    String percent = measured.percent().toPlainString();
    return found(
        source,
        rate,
        Severity.of(status),
        rate + " is " + percent + " %, expected at least " + bound + " %");
  }

  private static Finding unusual(Anomaly anomaly) {
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

  private static Optional<Finding> found(
      SourceHealth source, String rule, Severity severity, String message) {
    return Optional.of(new Finding(new Key(source.name(), rule), severity, message));
  }
}
