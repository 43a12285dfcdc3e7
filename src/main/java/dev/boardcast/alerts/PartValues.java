package dev.boardcast.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what a rule sees of parts of a board, which are computed in the fold of the board. */
final class PartValues {
  // Where there is nothing at the path, the part counts all the same: it has no value.
  private static final String SQL =
      """
      SELECT name, (data #> $3::text[])::text AS found FROM board_part
      WHERE board = $1 AND name LIKE $2 AND cardinality(array_remove(part, NULL)) = $4
        AND ($5::timestamptz IS NULL OR computed_at = $5)
      ORDER BY part, name""";

  private PartValues() {}

  /**
   * Reads the parts of a rule.
   *
   * @param known the keys of its states
   * @param computedAt empty for all parts; else of those only that were computed at that time
   */
  static Future<SeenValues> read(
      SqlClient tx, AlertRule rule, Set<String> known, Optional<Instant> computedAt) {
    RulePart watched = RulePart.of(rule);
    return tx.preparedQuery(SQL)
        .execute(
            Tuple.of(rule.board(), watched.pattern())
                .addArrayOfString(rule.reference().prefix())
                .addInteger(watched.part().values().size())
                .addOffsetDateTime(computedAt.map(Sql::utc).orElse(null)))
        .map(rows -> seen(rule, rows, known, computedAt.isEmpty()));
  }

  private static SeenValues seen(
      AlertRule rule, RowSet<Row> rows, Set<String> known, boolean isAll) {
    RulePart watched = RulePart.of(rule);
    if (rows.size() == 0 && !isAll) return SeenValues.NOTHING;
    Map<String, BigDecimal> found = new LinkedHashMap<>();
    Set<String> parts = new LinkedHashSet<>();
    for (Row row : rows) {
      String values = watched.valuesIn(row.getString("name"));
      parts.add(values);
      String text = row.getString("found");
      if (text == null) continue;
      rule.reference()
          .readBelow(Sql.json(text, JsonNode.class))
          .forEach((key, value) -> found.put(watched.stateKey(values, key), value));
    }
    Set<String> keys = new LinkedHashSet<>();
    for (String key : known) {
      boolean isRead = isAll || !watched.isMany() || parts.contains(key.split(" ", 2)[0]);
      if (isRead) keys.add(key);
    }
    if (!watched.isMany() && !rule.reference().isMany()) keys.add("");
    return new SeenValues(found, keys);
  }
}
