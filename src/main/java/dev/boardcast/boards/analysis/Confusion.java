package dev.boardcast.boards.analysis;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * How many messages with both labels have which of them: by the predicted label, then by the true
 * one. The {@value #TOP} labels with most messages are shown, and all others as one, so that the
 * parts add up to all labelled messages. A label that is the id of a topic is shown by its name.
 */
final class Confusion {
  /** The greatest number of labels that are shown by themselves. */
  static final int TOP = 10;

  static final String OTHER = "other";
  private static final String ALL_OTHERS = "(all others)";

  private static final String READ =
      """
      WITH part (sign, grain, low, high) AS (
        VALUES (1, 15::smallint, $1::timestamptz, $2::timestamptz), (1, 60, $2, $3),
               (1, 360, $3::timestamptz, $4::timestamptz), (1, 1440, $4, 'infinity'),
               (-1, 15, $5::timestamptz, $6::timestamptz), (-1, 60, $6, $7),
               (-1, 360, $7::timestamptz, $8::timestamptz), (-1, 1440, $8, 'infinity')),
      pair AS (
        SELECT c.predicted, c.actual, sum(sign * messages) AS messages
        FROM part JOIN analysis_confusion c
          ON c.grain = part.grain AND c.bucket >= part.low AND c.bucket < part.high
        GROUP BY 1, 2 HAVING sum(sign * messages) > 0),
      cell AS MATERIALIZED (
        SELECT coalesce(p.name, pair.predicted) AS predicted, coalesce(a.name, pair.actual) AS actual,
               sum(messages) AS messages
        FROM pair LEFT JOIN analysis_topic p ON p.id = pair.predicted
          LEFT JOIN analysis_topic a ON a.id = pair.actual
        GROUP BY 1, 2),
      shown AS (
        SELECT label COLLATE "C" AS label,
               row_number() OVER (ORDER BY sum(messages) DESC, label COLLATE "C") AS place
        FROM (SELECT predicted AS label, messages FROM cell
              UNION ALL SELECT actual, messages FROM cell WHERE actual <> predicted) AS l
        GROUP BY label ORDER BY 2 LIMIT %d)
      SELECT p.label AS predicted, a.label AS actual, sum(messages)::bigint AS messages
      FROM cell LEFT JOIN shown p ON p.label = cell.predicted
        LEFT JOIN shown a ON a.label = cell.actual
      GROUP BY p.place, p.label, a.place, a.label
      ORDER BY p.place NULLS LAST, a.place NULLS LAST"""
          .formatted(TOP);

  private Confusion() {}

  /**
   * Reads the messages of a range.
   *
   * @param start inclusive, rounded down to a quarter of an hour, as is {@code end}
   * @param end exclusive; empty for no end
   */
  static Future<Map<String, Map<String, Long>>> read(
      SqlClient transaction, Instant start, Optional<Instant> end) {
    Tuple parameters = Tuple.tuple();
    add(WindowEdge.of(start), parameters);
    if (end.isPresent()) add(WindowEdge.of(end.get()), parameters);
    else for (int i = 0; i < 4; i++) parameters.addOffsetDateTime(null);
    return transaction
        .preparedQuery(READ)
        .execute(parameters)
        .map(rows -> of(StreamSupport.stream(rows.spliterator(), false).toList()));
  }

  private static void add(WindowEdge edge, Tuple parameters) {
    Stream.of(edge.quarter(), edge.hour(), edge.sixHours(), edge.day())
        .map(WindowEdge::utc)
        .forEach(parameters::addOffsetDateTime);
  }

  private static Map<String, Map<String, Long>> of(List<Row> rows) {
    boolean isTaken =
        rows.stream()
            .flatMap(row -> Stream.of(label(row, "predicted"), label(row, "actual")))
            .anyMatch(OTHER::equals);
    String others = isTaken ? ALL_OTHERS : OTHER;
    Map<String, Map<String, Long>> byPredicted = new LinkedHashMap<>();
    for (Row row : rows) {
      byPredicted
          .computeIfAbsent(
              Objects.requireNonNullElse(label(row, "predicted"), others),
              first -> new LinkedHashMap<>())
          .put(Objects.requireNonNullElse(label(row, "actual"), others), row.getLong("messages"));
    }
    return byPredicted;
  }

  private static String label(Row row, String column) {
    return row.getString(column);
  }
}
