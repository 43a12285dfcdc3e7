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
 * A board as its file says it.
 *
 * @param place where its name stands
 * @param visibility empty where the file says nothing
 * @param refresh least time between two computations
 * @param timeout longest time of one query
 * @param maxRows most rows of one query
 * @param triggers what causes a computation
 * @param numbers a query of one row: each column is a number of the snapshot
 * @param groups queries by name: the first column is a key, each other one a number of that key
 * @param metrics descriptions by path, with the place of each
 */
record BoardFile(
    SourcePosition place,
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
    Map<MetricDescription, SourcePosition> metrics) {

  /**
   * What causes a computation.
   *
   * @param facts tables whose new rows do, with the place of each
   * @param hints boards whose facts do, with the place of each
   * @param clock how often it is done by time alone
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

  /** The same for files that compute the same, whatever they call it. */
  String digest() {
    var meaning = new StringBuilder(rollup.map(FileRollup::meaning).orElse(""));
    numbers.ifPresent(sql -> meaning.append("\0numbers\0").append(sql.text()));
    groups.forEach(
        (group, sql) -> meaning.append("\0").append(group).append("\0").append(sql.text()));
    return digest(meaning.toString());
  }

  static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}
