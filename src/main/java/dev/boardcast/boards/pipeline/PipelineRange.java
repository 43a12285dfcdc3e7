package dev.boardcast.boards.pipeline;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The metrics of a time range. Freshness, anomalies and alerts exist for the present only. */
record PipelineRange(Scraping scrapingHealth, DataQuality dataQuality) {

  /**
   * @param successRate percent; null without runs
   * @param records the total of the successful runs
   * @param sources by name; sources without runs are left out
   */
  record Scraping(long runs, BigDecimal successRate, long records, Map<String, OfSource> sources) {}

  /**
   * Records of the successful runs.
   *
   * @param fewest null without one, as {@code most}
   */
  record Records(Long fewest, Long most) {}

  /** The metrics of one source. */
  record OfSource(long runs, BigDecimal successRate, long records, Records recordsPerRun) {
    static OfSource of(SourceTotals totals) {
      return new OfSource(
          totals.succeeded().whole(),
          totals.succeeded().percent(),
          totals.records(),
          new Records(totals.fewest(), totals.most()));
    }
  }

  static PipelineRange of(List<SourceTotals> all, PipelineConfig config) {
    return new PipelineRange(scraping(all), quality(all, config));
  }

  private static Scraping scraping(List<SourceTotals> all) {
    var sources = new TreeMap<String, OfSource>();
    for (SourceTotals each : all) {
      if (each.succeeded().whole() > 0) sources.put(each.source(), OfSource.of(each));
    }
    var succeeded = Ratio.sum(all.stream().map(SourceTotals::succeeded));
    return new Scraping(
        succeeded.whole(),
        succeeded.percent(),
        all.stream().mapToLong(SourceTotals::records).sum(),
        sources);
  }

  private static DataQuality quality(List<SourceTotals> all, PipelineConfig config) {
    var sources = new TreeMap<String, DataQuality.Quality>();
    for (SourceTotals each : all) {
      var quality = DataQuality.Quality.of(each.geocoded(), each.valid(), each.checks(), config);
      if (quality.hasAttempts()) sources.put(each.source(), quality);
    }
    return new DataQuality(
        DataQuality.sum(
            all.stream().map(SourceTotals::geocoded),
            all.stream().map(SourceTotals::valid),
            all.stream().map(SourceTotals::checks),
            config),
        sources);
  }
}
