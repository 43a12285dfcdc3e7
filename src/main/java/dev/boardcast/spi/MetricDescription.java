package dev.boardcast.spi;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What one number of a board is, for people and for pages that draw it.
 *
 * @param path where it stands in the snapshot: {@code total_decisions}, {@code revenue.today}; a
 *     {@code *} stands for every key of an object
 * @param label its name for people
 * @param unit {@code count}, {@code percent}, {@code ratio}, {@code usd}, {@code seconds}, …
 */
public record MetricDescription(String path, String label, String unit, Kind kind) {
  public enum Kind {
    /** Goes up and down. */
    @JsonProperty("gauge")
    GAUGE,
    /** Only grows. */
    @JsonProperty("counter")
    COUNTER,
    /** Parts of a whole, one per key. */
    @JsonProperty("share")
    SHARE
  }
}
