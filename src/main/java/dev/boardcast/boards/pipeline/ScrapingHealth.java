package dev.boardcast.boards.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.Duration;
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
      BigDecimal successRate,
      Freshness freshness,
      RecordsPerRun recordsPerRun) {}

  /**
   * Whether a source runs when it is expected to. A state of its own: it does not change the status
   * of the source, whose bounds are those of all sources.
   *
   * @param expectedBy when the next run is expected; null without a schedule
   */
  record Freshness(State state, Instant expectedBy) {
    enum State {
      @JsonProperty("unscheduled")
      UNSCHEDULED,
      @JsonProperty("on_time")
      ON_TIME,
      @JsonProperty("late")
      LATE,
      @JsonProperty("overdue")
      OVERDUE
    }

    /** The state at a time; a run ahead of the clock is not known yet. */
    static Freshness of(SourceHealth source, Instant now, PipelineConfig config) {
      Duration every = config.schedules().get(source.name());
      if (every == null) return new Freshness(State.UNSCHEDULED, null);
      Instant expected = source.runAt().plus(every);
      if (now.isBefore(expected)) return new Freshness(State.ON_TIME, expected);
      boolean isLate = now.isBefore(expected.plus(every));
      return new Freshness(isLate ? State.LATE : State.OVERDUE, expected);
    }
  }

  /**
   * @param records by source, of each source
   */
  static ScrapingHealth of(
      List<SourceHealth> all,
      Map<String, RecordsPerRun> records,
      Instant now,
      PipelineConfig config) {
    var sources = new TreeMap<String, OfSource>();
    for (SourceHealth source : all) {
      if (source.hasRun()) {
        sources.put(source.name(), of(source, records.get(source.name()), now, config));
      }
    }
    var succeeded = Ratio.sum(all.stream().map(SourceHealth::succeeded));
    return new ScrapingHealth(
        HealthStatus.worst(sources.values().stream().map(OfSource::status)),
        succeeded.whole(),
        succeeded.percent(),
        sources);
  }

  private static OfSource of(
      SourceHealth source, RecordsPerRun records, Instant now, PipelineConfig config) {
    return new OfSource(
        source.health(now, config),
        source.runAt(),
        source.lastStatus(),
        source.lastRecords(),
        source.failures(),
        source.freshness(now).toSeconds(),
        source.succeeded().whole(),
        source.succeeded().percent(),
        Freshness.of(source, now, config),
        records);
  }
}
