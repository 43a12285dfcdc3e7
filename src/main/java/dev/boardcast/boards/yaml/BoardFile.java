package dev.boardcast.boards.yaml;

import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.Visibility;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The content of a board file.
 *
 * @param position of the board's name
 * @param visibility empty if the file does not set it
 * @param refresh the least time between two computations
 * @param timeout the longest time of one query
 * @param maxRows the greatest number of rows of one query
 * @param numbers a query that returns one row: each column is a metric
 * @param groups queries by name: the first column is a key, the others are metrics of that key
 * @param metrics descriptions, with the position of each
 * @param wholes by the path of a share: the column of {@code numbers} of which it is a part
 */
record BoardFile(
    SourcePosition position,
    String name,
    String title,
    Optional<Visibility> visibility,
    Duration refresh,
    Duration timeout,
    int maxRows,
    Triggers triggers,
    Optional<FileRollup> rollup,
    Optional<FileSql> numbers,
    Map<String, FileSql> groups,
    Map<MetricDescription, SourcePosition> metrics,
    Map<String, YamlValue.Text> wholes) {

  /**
   * What causes a computation.
   *
   * @param facts tables with new rows, with their positions
   * @param hints boards with new facts, with their positions
   * @param clock the time after which the board is computed without new facts
   */
  record Triggers(
      Map<String, SourcePosition> facts,
      Map<String, SourcePosition> hints,
      Optional<Duration> clock) {}

  List<MetricDescription> descriptions() {
    return List.copyOf(metrics.keySet());
  }

  Set<String> facts() {
    return triggers.facts().keySet();
  }

  /** A digest of the SQL: equal for files that differ in names and descriptions only. */
  String digest() {
    var text = new StringBuilder(rollup.map(FileRollup::fold).orElse(""));
    numbers.ifPresent(sql -> text.append("\0numbers\0").append(sql.text()));
    groups.forEach((group, sql) -> text.append("\0").append(group).append("\0").append(sql.text()));
    return digest(text.toString());
  }

  /** The first half of the SHA-256 of a text, in hexadecimal digits. */
  static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException defect) {
      throw new IllegalStateException(defect);
    }
  }
}
