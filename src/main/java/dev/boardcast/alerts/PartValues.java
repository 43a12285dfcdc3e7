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
  private static final String ONE =
      """
      SELECT name, (data #> $2::text[])::text AS found FROM board_part
      WHERE name = $1 AND ($3::timestamptz IS NULL OR computed_at = $3)""";

  // Those that are watched already, and as many others as may be: one more, so that it is counted.
  private static final String MANY =
      """
      SELECT name, (data #> $2::text[])::text AS found FROM (
        (SELECT name, part, data FROM board_part
         WHERE name = ANY ($1::text[]) AND ($3::timestamptz IS NULL OR computed_at = $3))
        UNION ALL
        (SELECT name, part, data FROM board_part
         WHERE board = $4 AND name LIKE $5 AND cardinality(array_remove(part, NULL)) = $6
           AND ($3::timestamptz IS NULL OR computed_at = $3) AND name <> ALL ($1::text[])
         ORDER BY part, name LIMIT %d)) AS p
      ORDER BY part, name"""
          .formatted(AlertEvaluation.MAX_VALUES + 1);

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
    var at = computedAt.map(Sql::utc).orElse(null);
    var tuple = Tuple.tuple();
    if (watched.isMany()) tuple.addArrayOfString(namesOf(watched, known));
    else tuple.addString(watched.part().name());
    tuple.addArrayOfString(rule.reference().prefix()).addOffsetDateTime(at);
    if (watched.isMany()) {
      tuple
          .addString(rule.board())
          .addString(watched.pattern())
          .addInteger(watched.part().values().size());
    }
    return tx.preparedQuery(watched.isMany() ? MANY : ONE)
        .execute(tuple)
        .map(rows -> seen(rule, rows, known, computedAt.isEmpty()));
  }

  private static String[] namesOf(RulePart watched, Set<String> known) {
    return known.stream().map(key -> watched.partOf(key).name()).distinct().toArray(String[]::new);
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
