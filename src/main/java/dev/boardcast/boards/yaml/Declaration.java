package dev.boardcast.boards.yaml;

import dev.boardcast.spi.FactRelation;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.Visibility;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The content of a board file of version 2: what the facts are, and which metrics they make.
 *
 * @param position of the board's name
 * @param visibility empty if the file does not set it
 * @param refresh the least time between two computations
 * @param zone in which days, weeks and months start
 * @param columns of the board's own fact table; empty with a source
 * @param source the table that exists already; empty with own facts
 * @param time the column with the time of a fact
 * @param dimensions expressions over a fact by which metrics are split, by name
 * @param parameters by whose values viewers choose a part of the facts
 * @param metrics in the order in which pages show them
 * @param alerts rules that are installed with the board
 * @param digest of the file's text
 */
record Declaration(
    SourcePosition position,
    String name,
    String title,
    Optional<Visibility> visibility,
    Duration refresh,
    ZoneId zone,
    Map<String, FactColumn> columns,
    Optional<SourceTable> source,
    String time,
    Map<String, FileSql> dimensions,
    List<DeclaredParameter> parameters,
    List<DeclaredMetric> metrics,
    List<DeclaredAlert> alerts,
    String digest) {
  /** The member of a snapshot with the states of metrics that have thresholds. */
  static final String STATES = "states";

  /** The member with how, and up to when, a source is read that has no triggers. */
  static final String SOURCE = "source";

  /**
   * A table that exists already, as a source of facts.
   *
   * @param table with or without its schema, such as {@code public.orders}
   * @param connection the name of a configured connection; empty for Boardcast's own database
   * @param watermark the column by which rows are found, of a source that is only read
   * @param every how often all rows are read, of another one that is only read
   */
  record SourceTable(
      SourcePosition position,
      String table,
      Optional<String> connection,
      Optional<String> watermark,
      Optional<Duration> every) {
    /** Whether it has no triggers, so that not all changes are seen at once. */
    boolean isOnlyRead() {
      return watermark.isPresent() || every.isPresent();
    }

    /** The name under which the source is installed. */
    String key() {
      String relation = table.contains(".") ? table : "public." + table;
      return connection.map(name -> name + ":").orElse("") + relation;
    }
  }

  /** The board's own fact table; of a source, one that stands for it until it was looked up. */
  FactRelation ownFacts() {
    if (source.isPresent()) {
      return new FactRelation(factTable(name), Map.of(time, "timestamptz"), time, true);
    }
    Map<String, String> types = new LinkedHashMap<>();
    columns.forEach((name, column) -> types.put(name, column.type().sql()));
    return new FactRelation(factTable(name), types, time, false);
  }

  /** The name of a board's own fact table. */
  static String factTable(String board) {
    return board + "_fact";
  }

  /**
   * The window of a metric; of one that is made of others, that of the first.
   *
   * @param path with or without {@code .*}
   */
  MetricWindow window(String path) {
    String name = path.endsWith(".*") ? path.substring(0, path.length() - 2) : path;
    return metrics.stream()
        .filter(metric -> metric.path().equals(name))
        .findFirst()
        .map(
            metric -> {
              if (metric.measure() instanceof Measure.Ratio ratio) return window(ratio.of());
              if (metric.measure() instanceof Measure.Rate rate) return window(rate.of());
              return metric.window();
            })
        .orElse(MetricWindow.ALL);
  }

  List<MetricDescription> descriptions() {
    return metrics.stream().map(DeclaredMetric::description).toList();
  }
}
