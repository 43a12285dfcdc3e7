package dev.boardcast.metrics.report;

import java.time.Instant;
import java.util.List;

/**
 * What a report shows. Immutable.
 *
 * @param lines below the title
 */
public record Report(
    String title, List<String> lines, List<Tile> tiles, List<Chart> charts, List<Table> tables) {

  /**
   * One number.
   *
   * @param value as it is in the board's JSON
   * @param other the value that it is compared with; "" for none
   */
  record Tile(String label, String value, String unit, String other) {}

  /** One number over time. */
  record Chart(String label, String unit, List<Point> points) {}

  /**
   * The value of a metric at one time.
   *
   * @param value NaN if there was none
   */
  record Point(Instant at, double value) {}

  /**
   * The numbers of one metric by key.
   *
   * @param left how many rows are not shown
   */
  record Table(String label, String unit, List<Entry> rows, int left) {}

  /** One row of a table. */
  record Entry(String key, String value, String other) {}
}
