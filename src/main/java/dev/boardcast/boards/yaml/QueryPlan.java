package dev.boardcast.boards.yaml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * How PostgreSQL would run a query, by its EXPLAIN: the query is not run.
 *
 * @param cost in the planner's units
 * @param rows that it returns, estimated
 * @param searched by the tables that are read: the index by whose condition or order rows are
 *     found; empty where all rows are read
 */
record QueryPlan(double cost, long rows, Map<Table, String> searched) {
  // These pass on rows as they come, so that a limit ends the reading below them.
  private static final Set<String> PASSING =
      Set.of(
          "Limit", "Subquery Scan", "Result", "LockRows", "Append", "Merge Append", "Nested Loop");

  /** A table, or a partition of one. */
  record Table(String schema, String name) {
    boolean isTemporary() {
      return schema.startsWith("pg_temp");
    }

    String quoted() {
      return FileRollup.quoted(schema) + "." + FileRollup.quoted(name);
    }
  }

  /** The plan of a query, which may be one of a file: it is a prepared statement. */
  static Future<QueryPlan> of(SqlConnection tx, String query) {
    return tx.preparedQuery("EXPLAIN (FORMAT JSON, VERBOSE) " + query)
        .execute()
        .map(rows -> parse(rows.iterator().next().getValue(0).toString()));
  }

  private static QueryPlan parse(String json) {
    try {
      JsonNode plan = Json.MAPPER.readTree(json).path(0).path("Plan");
      Map<Table, String> searched = new LinkedHashMap<>();
      read(plan, false, searched);
      return new QueryPlan(
          plan.path("Total Cost").asDouble(), plan.path("Plan Rows").asLong(), searched);
    } catch (JsonProcessingException defect) {
      throw new IllegalStateException(defect);
    }
  }

  private static void read(JsonNode node, boolean isLimited, Map<Table, String> searched) {
    if (node.has("Relation Name") && node.path("Node Type").asText().endsWith("Scan")) {
      var table = new Table(node.path("Schema").asText(), node.path("Relation Name").asText());
      boolean isIndex = node.has("Index Name");
      boolean isFound =
          node.has("Index Cond") || node.has("Recheck Cond") || (isIndex && isLimited);
      String index = isFound ? index(node) : "";
      // Read more than once: as badly as in the worst place.
      searched.merge(table, index, (one, other) -> one.isEmpty() ? one : other);
    }
    String type = node.path("Node Type").asText();
    boolean passes = type.equals("Limit") || (isLimited && PASSING.contains(type));
    for (JsonNode inner : node.path("Plans")) read(inner, passes, searched);
  }

  private static String index(JsonNode node) {
    if (node.has("Index Name")) return node.path("Index Name").asText();
    for (JsonNode inner : node.path("Plans")) {
      String found = index(inner);
      if (!found.isEmpty()) return found;
    }
    return "";
  }
}
