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
   * @param status the worse of both rates; pending without attempts
   * @param geocodingSuccessRate percent; null without attempts
   * @param validationPassRate percent; null without attempts
   */
  record Quality(
      HealthStatus status,
      BigDecimal geocodingSuccessRate,
      BigDecimal validationPassRate,
      long geocodingAttempts,
      long validationAttempts) {

    static Quality of(Ratio geocoded, Ratio valid, PipelineConfig config) {
      return new Quality(
          HealthStatus.worst(Stream.of(geocoded.status(config), valid.status(config))),
          geocoded.percent(),
          valid.percent(),
          geocoded.whole(),
          valid.whole());
    }
  }

  static DataQuality of(List<SourceHealth> all, PipelineConfig config) {
    var sources = new TreeMap<String, Quality>();
    for (SourceHealth source : all) {
      if (source.wasSampled()) {
        sources.put(source.name(), Quality.of(source.geocoded(), source.valid(), config));
      }
    }
    return new DataQuality(
        Quality.of(
            Ratio.sum(all.stream().map(SourceHealth::geocoded)),
            Ratio.sum(all.stream().map(SourceHealth::valid)),
            config),
        sources);
  }
}
