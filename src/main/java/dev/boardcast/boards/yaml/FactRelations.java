package dev.boardcast.boards.yaml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.boards.yaml.Declaration.SourceTable;
import dev.boardcast.spi.FactRelation;
import dev.boardcast.spi.Json;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Finds the rows that a declared board counts: its own facts, or those of an installed source. */
final class FactRelations {
  private static final String SOURCE =
      """
      SELECT facts, columns::text AS columns, mode, watermark_column, every_ms
      FROM source WHERE name = $1""";

  private FactRelations() {}

  /**
   * The relation of a board.
   *
   * @return fails with {@link InvalidBoardFileException} if its source is not installed, or has no
   *     column with the time
   */
  static Future<FactRelation> of(SqlClient client, Declaration file) {
    if (file.source().isEmpty()) return Future.succeededFuture(file.ownFacts());
    SourceTable source = file.source().get();
    return client
        .preparedQuery(SOURCE)
        .execute(Tuple.of(source.key()))
        .map(
            rows -> {
              for (Row row : rows) return relation(file, source, row);
              throw notInstalled(source);
            });
  }

  private static FactRelation relation(Declaration file, SourceTable source, Row row) {
    requireSaid(source, row);
    Map<String, String> columns = new LinkedHashMap<>();
    try {
      for (JsonNode each : Json.MAPPER.readTree(row.getString("columns"))) {
        columns.put(each.get("name").asText(), each.get("type").asText());
      }
    } catch (JsonProcessingException defect) {
      throw new IllegalStateException(defect);
    }
    if (!"timestamptz".equals(columns.get(file.time()))) {
      throw InvalidBoardFileException.value(
          source.position(),
          "time",
          file.time(),
          "a column of type timestamptz with which the source is installed: "
              + String.join(", ", columns.keySet()));
    }
    return new FactRelation(row.getString("facts"), columns, file.time(), true);
  }

  /** A board says how its source is read where that is not all that happens. */
  private static void requireSaid(SourceTable source, Row row) {
    String mode = row.getString("mode");
    Optional<String> watermark =
        mode.equals("watermark")
            ? Optional.of(row.getString("watermark_column"))
            : Optional.empty();
    Optional<Duration> every =
        mode.equals("clock")
            ? Optional.of(Duration.ofMillis(row.getLong("every_ms")))
            : Optional.empty();
    if (source.watermark().equals(watermark) && source.every().equals(every)) return;
    String expected =
        switch (mode) {
          case "watermark" -> "watermark: " + watermark.get();
          case "clock" -> "every: " + every.get().toSeconds() + "s";
          default -> "neither watermark nor every";
        };
    throw new InvalidBoardFileException(
        source.position(),
        "%s is installed to be read by %s, expected %s in source"
            .formatted(source.key(), mode, expected));
  }

  private static InvalidBoardFileException notInstalled(SourceTable source) {
    return new InvalidBoardFileException(
        source.position(),
        source.key() + " is not a source, expected one that boardcast source install has made");
  }
}
