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
import java.util.LinkedHashMap;
import java.util.Map;

/** Finds the rows that a declared board counts: its own facts, or those of an installed source. */
final class FactRelations {
  private static final String SOURCE =
      "SELECT facts, columns::text AS columns FROM source WHERE name = $1";

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

  private static InvalidBoardFileException notInstalled(SourceTable source) {
    return new InvalidBoardFileException(
        source.position(),
        source.key() + " is not a source, expected one that boardcast source install has made");
  }
}
