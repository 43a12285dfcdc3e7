package dev.boardcast.boards.pipeline;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The health of the scrapers.
 *
 * @param status the most urgent of all sources
 * @param runs in 24 hours
 * @param successRate of these runs, percent; null without runs
 * @param sources by name; sources without any run are left out
 */
record ScrapingHealth(
    HealthStatus status, long runs, BigDecimal successRate, Map<String, OfSource> sources) {

  /**
   * @param lastRecords of the last run; null if it failed and does not know
   * @param freshnessSeconds from the end of the last run to the computation
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
