package dev.boardcast.boards.yaml;

import java.time.Duration;
import java.util.Optional;

/**
 * The table of an application that a board file counts.
 *
 * @param connection the name of a configured connection; empty for Boardcast's own database
 * @param table with or without its schema
 * @param watermark the column by which rows are found, where the table is only read
 * @param every how often all rows are read, where it is only read otherwise
 */
public record BoardSource(
    Optional<String> connection,
    String table,
    Optional<String> watermark,
    Optional<Duration> every) {
  /** Whether the board expects a source without triggers. */
  public boolean isOnlyRead() {
    return watermark.isPresent() || every.isPresent();
  }
}
