package dev.boardcast.boards.pipeline;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether the scrapers run.
 *
 * @param status of the source that stands worst
 * @param runs in 24 hours
 * @param successRate of these, percent; null without runs
 * @param sources those that ever ran, by name
 */
record ScrapingHealth(
    HealthStatus status, long runs, BigDecimal successRate, Map<String, OfSource> sources) {

  /**
   * @param lastRecords of the last run; null when it failed and does not know
   * @param freshnessSeconds since the end of the last run, when this was computed
   */
  record OfSource(
      HealthStatus status,
      Instant lastRun,
      RunStatus lastStatus,
      Long lastRecords,
      long consecutiveFailures,
      long freshnessSeconds,
      long runs,
      BigDecimal successRate) {}

  static ScrapingHealth of(List<SourceHealth> all, Instant now, PipelineConfig config) {
    var sources = new TreeMap<String, OfSource>();
    for (SourceHealth source : all) {
      if (source.hasRun()) sources.put(source.name(), of(source, now, config));
    }
    var succeeded = Ratio.sum(all.stream().map(SourceHealth::succeeded));
    return new ScrapingHealth(
        HealthStatus.worst(sources.values().stream().map(OfSource::status)),
        succeeded.whole(),
        succeeded.percent(),
        sources);
  }

  private static OfSource of(SourceHealth source, Instant now, PipelineConfig config) {
    return new OfSource(
        source.health(now, config),
        source.runAt(),
        source.lastStatus(),
        source.lastRecords(),
        source.failures(),
        source.freshness(now).toSeconds(),
        source.succeeded().whole(),
        source.succeeded().percent());
  }
}
