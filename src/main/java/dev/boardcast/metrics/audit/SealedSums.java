package dev.boardcast.metrics.audit;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the sealed sums of a board: what its rollups were from the facts that were dropped. Each
 * rollup {@code x} has them in a table {@code sealed_x}, which the first drop creates. A
 * computation from all facts begins with them.
 */
public final class SealedSums {
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

  private SealedSums() {}

  /** The table with the sealed sums of a rollup. */
  public static String table(String rollup) {
    return "sealed_" + rollup;
  }

  /**
   * Fills empty rollups with the sealed sums.
   *
   * @param client whose tables of these names are filled, temporary ones too
   * @param condition on rows
   */
  public static Future<Void> begin(SqlClient client, List<String> rollups, String condition) {
    return client
        .preparedQuery(TABLES)
        .execute(Tuple.tuple().addArrayOfString(rollups.toArray(String[]::new)))
        .compose(
            rows -> {
              List<Future<?>> filled = new ArrayList<>();
              for (Row row : rows) {
                String sql =
                    BEGIN_WITH.formatted(
                        row.getString("name"), row.getString("columns"), condition);
                filled.add(client.query(sql).execute());
              }
              return Future.join(filled).mapEmpty();
            });
  }
}
