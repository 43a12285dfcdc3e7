package dev.boardcast.metrics.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Board;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/**
 * What a report shows. Immutable.
 *
 * @param lines below the title
 */
public record Report(
    String title, List<String> lines, List<Tile> tiles, List<Chart> charts, List<Table> tables) {

  /**
   * Reads an answer.
   *
   * @param body of {@code GET /api/v1/boards/{name}}
   * @param history of {@code GET /api/v1/boards/{name}/history}
   */
  public static Report of(Board board, JsonNode body, JsonNode history, ZoneId zone) {
    return ReportReader.read(board, body, history, zone);
  }

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
