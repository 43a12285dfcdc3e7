package dev.boardcast.metrics.audit;

import dev.boardcast.spi.Board;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the sealed sums of a board: what its rollups were from the facts that were dropped. Each
 * rollup {@code x} has them in a table {@code sealed_x}, which the first drop creates. A
 * computation from all facts begins with them.
 */
public final class SealedSums {
  private static final String SEALS =
      """
      SELECT facts, board, sealed_before::text AS sealed_before,
             (SELECT coalesce(sum(seals), 0)::bigint FROM fact_seal WHERE board = $1) AS seals
      FROM fact_seal WHERE facts = ANY ($2) ORDER BY board = $1, facts""";
  private static final String COUNT =
      "SELECT coalesce(sum(seals), 0)::bigint FROM fact_seal WHERE board = $1";
  private static final String TABLES =
      """
      SELECT t.name, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
      FROM unnest($1::text[]) WITH ORDINALITY AS t (name, place)
        JOIN pg_class c ON c.relnamespace = current_schema()::regnamespace
          AND c.relname = 'sealed_' || t.name
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      GROUP BY t.name, t.place ORDER BY t.place""";
  private static final String BEGIN_WITH =
      "INSERT INTO %1$s (%2$s) SELECT %2$s FROM sealed_%1$s WHERE %3$s";

  private static final Pattern MERGE = Pattern.compile("(MERGE\\s+INTO\\s+)(\\w+)");

  private SealedSums() {}

  /**
   * A statement of a fold that merges into the sealed sums where it merges into a rollup: {@code
   * MERGE} does not write to views before PostgreSQL 17.
   */
  public static String merging(String fold, Set<String> rollups) {
    return MERGE
        .matcher(fold)
        .replaceAll(
            found ->
                rollups.contains(found.group(2))
                    ? found.group(1) + table(found.group(2))
                    : Matcher.quoteReplacement(found.group()));
  }

  /** The table with the sealed sums of a rollup. */
  public static String table(String rollup) {
    return "sealed_" + rollup;
  }

  /** An SQL condition that is true as long as facts of a board were dropped so often. */
  static String isCount(Board board, long seals) {
    return "(SELECT coalesce(sum(seals), 0) FROM fact_seal WHERE board = '%s') = %d"
        .formatted(board.name(), seals);
  }

  /** How often facts of a board were dropped. */
  static Future<Long> count(SqlClient client, Board board) {
    return client
        .preparedQuery(COUNT)
        .execute(Tuple.of(board.name()))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  /** As {@link #begin}, with all rows of all rollups. */
  public static Future<Long> begin(SqlClient client, Board board) {
    return begin(client, board, board.rollups(), "true");
  }

  /**
   * Fills empty rollups with the sealed sums.
   *
   * @param client whose tables of these names are filled, temporary ones too
   * @param condition on rows
   * @return how often facts were dropped; fails when facts were dropped whose sums this board does
   *     not have, so that it cannot be computed from those that are left
   */
  static Future<Long> begin(SqlClient client, Board board, List<String> rollups, String condition) {
    return client
        .preparedQuery(SEALS)
        .execute(
            Tuple.tuple()
                .addString(board.name())
                .addArrayOfString(board.facts().toArray(String[]::new)))
        .compose(
            seals -> {
              for (Row seal : seals) {
                if (!seal.getString("board").equals(board.name())) throw dropped(seal);
              }
              if (seals.size() == 0) return Future.succeededFuture(0L);
              Row seal = seals.iterator().next();
              return fill(client, rollups, condition, seal).map(seal.getLong("seals"));
            });
  }

  private static Future<Void> fill(
      SqlClient client, List<String> rollups, String condition, Row seal) {
    return client
        .preparedQuery(TABLES)
        .execute(Tuple.tuple().addArrayOfString(rollups.toArray(String[]::new)))
        .compose(
            rows -> {
              Set<String> missing = new HashSet<>(rollups);
              List<Future<?>> filled = new ArrayList<>();
              for (Row row : rows) {
                missing.remove(row.getString("name"));
                String sql =
                    BEGIN_WITH.formatted(
                        row.getString("name"), row.getString("columns"), condition);
                filled.add(client.query(sql).execute());
              }
              return Future.join(filled)
                  .map(
                      done -> {
                        if (!missing.isEmpty()) throw dropped(seal);
                        return null;
                      });
            });
  }

  private static IllegalStateException dropped(Row seal) {
    return new IllegalStateException(
        "facts of %s before %s were dropped, and their sums are not those of this board"
            .formatted(seal.getString("facts"), seal.getString("sealed_before")));
  }
}
