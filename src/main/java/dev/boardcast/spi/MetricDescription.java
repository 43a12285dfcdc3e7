package dev.boardcast.spi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Describes one metric of a board to clients and to the pages that draw it.
 *
 * @param path its place in the snapshot: {@code total_decisions}, {@code revenue.today}; {@code *}
 *     stands for every key of an object
 * @param label the name that pages show
 * @param unit {@code count}, {@code percent}, {@code ratio}, {@code usd}, {@code seconds}, …
 * @param display how pages draw the metric; null for the default
 */
public record MetricDescription(
    String path,
    String label,
    String unit,
    Kind kind,
    @JsonInclude(JsonInclude.Include.NON_NULL) MetricDisplay display) {
  /** A metric that is drawn by default. */
  public MetricDescription(String path, String label, String unit, Kind kind) {
    this(path, label, unit, kind, null);
  }

  /** How a metric behaves over time, and how it is drawn. */
  public enum Kind {
    /** Rises and falls. */
    @JsonProperty("gauge")
    GAUGE,
    /** Only grows, unless facts are corrected. */
    @JsonProperty("counter")
    COUNTER,
    /** The parts of a whole, one per key. */
    @JsonProperty("share")
    SHARE
  }
}
