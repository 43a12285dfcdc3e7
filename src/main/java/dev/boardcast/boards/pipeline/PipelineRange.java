package dev.boardcast.boards.pipeline;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The board's numbers of a range of time; how fresh a source is, what is unlike its past and what
 * is raised makes sense of now only.
 */
record PipelineRange(Scraping scrapingHealth, DataQuality dataQuality) {

  /**
   * @param successRate percent; null without runs
   * @param records of the runs that succeeded, together
   * @param sources those that ran, by name
   */
  record Scraping(long runs, BigDecimal successRate, long records, Map<String, OfSource> sources) {}

  /** The same of one source. */
  record OfSource(long runs, BigDecimal successRate, long records) {
    static OfSource of(SourceTotals sums) {
      return new OfSource(sums.succeeded().whole(), sums.succeeded().percent(), sums.records());
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
      if (each.geocoded().whole() + each.valid().whole() > 0) {
        sources.put(each.source(), DataQuality.Quality.of(each.geocoded(), each.valid(), config));
      }
    }
    return new DataQuality(
        DataQuality.Quality.of(
            Ratio.sum(all.stream().map(SourceTotals::geocoded)),
            Ratio.sum(all.stream().map(SourceTotals::valid)),
            config),
        sources);
  }
}
