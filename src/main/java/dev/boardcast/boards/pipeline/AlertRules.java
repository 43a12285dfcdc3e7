package dev.boardcast.boards.pipeline;

import dev.boardcast.boards.pipeline.Alert.Finding;
import dev.boardcast.boards.pipeline.Alert.Key;
import dev.boardcast.boards.pipeline.Alert.Severity;
import dev.boardcast.spi.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Evaluates the alert rules. A source has at most one alert per rule:
 *
 * <ul>
 *   <li>{@code failing}: the configured number of consecutive runs failed. Ahead: neither adds to
 *       the series nor ends it. Late or out of order: counted where it belongs by its time, so that
 *       a late success splits the series.
 *   <li>{@code stale}: no run for the configured times; a warning, then an error. Ahead: does not
 *       make the source fresh. Late: counts if no run is later, else changes nothing.
 *   <li>{@code overdue}: no run for twice the time of the source's schedule. As {@code stale}.
 *   <li>{@code records}: the last successful run is outside of the configured band. Ahead: is not
 *       the last one yet. Late: is the last one only where no success is later.
 *   <li>{@code geocoding_success_rate}, {@code validation_pass_rate}, {@code check.<name>}: the
 *       rate over 24 hours is not healthy. Ahead: not counted. Late or out of order: counted while
 *       its own time is within the 24 hours.
 *   <li>{@code anomaly.<metric>}: the latest hour deviates from the past. Ahead: its hour is not
 *       compared before it begins, and hides no other. Late or out of order: changes its own hour,
 *       and the past of the hours after it.
 * </ul>
 *
 * <p>A fact ahead of the clock is known from the start of its five minutes on. A single failed run
 * changes the status of its source, and raises no alert.
 */
record AlertRules(PipelineConfig config, Instant now) {

  List<Finding> findings(
      List<SourceHealth> sources, Map<String, RecordsPerRun> records, List<Anomaly> anomalies) {
    var findings = new ArrayList<Finding>();
    for (SourceHealth source : sources) {
      Stream.of(
              failing(source),
              stale(source),
              overdue(source),
              records(source, records.get(source.name())),
              rate(source, "geocoding_success_rate", source.geocoded()),
              rate(source, "validation_pass_rate", source.valid()))
          .flatMap(Optional::stream)
          .forEach(findings::add);
      source
          .checks()
          .forEach(
              (name, passed) ->
                  rate(source, QualityCheck.metric(name), passed).ifPresent(findings::add));
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

  private Optional<Finding> overdue(SourceHealth source) {
    if (!source.hasRun()) return Optional.empty();
    var freshness = ScrapingHealth.Freshness.of(source, now, config);
    if (freshness.state() != ScrapingHealth.Freshness.State.OVERDUE) return Optional.empty();
    return finding(
        source,
        "overdue",
        Severity.WARNING,
        "a run was expected by " + Json.time(freshness.expectedBy()));
  }

  private Optional<Finding> records(SourceHealth source, RecordsPerRun records) {
    if (!records.isOutside()) return Optional.empty();
    return finding(
        source,
        "records",
        Severity.WARNING,
        "the last run had %d records, expected %s to %s"
            .formatted(
                records.last(),
                records.expectedFewest().toPlainString(),
                records.expectedMost().toPlainString()));
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
