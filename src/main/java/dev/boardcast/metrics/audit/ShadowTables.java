package dev.boardcast.metrics.audit;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Empty temporary tables in the place of rollups: on their connection the short name means the
 * copy, so that the very statements of a fold fill it; the full name still means the original.
 */
final class ShadowTables {
  private static final String FULL_NAMES =
      """
      SELECT t.name, format('%I.%I', n.nspname, c.relname) AS full_name
      FROM unnest($1::text[]) WITH ORDINALITY AS t (name, place)
      JOIN pg_class c ON c.oid = to_regclass(t.name)
      JOIN pg_namespace n ON n.oid = c.relnamespace
      ORDER BY t.place""";
  private static final String COPY = "CREATE TEMP TABLE %s (LIKE %s INCLUDING ALL)";
  // Statements that were prepared before must not mean the tables they meant then.
  private static final String FORGET_PLANS = "DISCARD PLANS";
  private static final String END = "SELECT pg_terminate_backend(pg_backend_pid())";

  private ShadowTables() {}

  /** Short name to full name, in order; asked before there are copies. */
  static Future<Map<String, String>> names(SqlClient client, List<String> tables) {
    return client
        .preparedQuery(FULL_NAMES)
        .execute(Tuple.tuple().addArrayOfString(tables.toArray(String[]::new)))
        .map(
            rows -> {
              Map<String, String> names = new LinkedHashMap<>();
              for (Row row : rows) names.put(row.getString("name"), row.getString("full_name"));
              if (names.size() < tables.size()) {
                throw new IllegalStateException("not all of these are tables: " + tables);
              }
              return names;
            });
  }

  /** Makes copies; whoever does so must {@link #drop} them, whatever happens. */
  static Future<Void> make(SqlConnection connection, Map<String, String> names) {
    List<Future<?>> steps = new ArrayList<>();
    names.forEach(
        (name, full) -> steps.add(connection.query(COPY.formatted(name, full)).execute()));
    steps.add(connection.query(FORGET_PLANS).execute());
    return Future.all(steps).mapEmpty();
  }

  /**
   * Drops the copies, and gives the connection back to its pool, or ends it: a fold that came to a
   * connection with copies would write to them. Never fails.
   *
   * @param connection without a transaction; one in which something failed is ended
   */
  static Future<Void> drop(SqlConnection connection) {
    return connection
        .query("DISCARD TEMP")
        .execute()
        .compose(dropped -> connection.query(FORGET_PLANS).execute())
        .recover(kept -> connection.query(END).execute())
        .eventually(connection::close)
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }
}
