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
 * Creates empty temporary tables that shadow rollups on one connection: there, the short name means
 * the shadow table, so that the statements of a fold fill it; the full name still means the
 * original.
 */
public final class ShadowTables {
  private static final String FULL_NAMES =
      """
      SELECT t.name, format('%I.%I', n.nspname, c.relname) AS full_name
      FROM unnest($1::text[]) WITH ORDINALITY AS t (name, place)
      JOIN pg_class c ON c.oid = to_regclass(t.name)
      JOIN pg_namespace n ON n.oid = c.relnamespace
      ORDER BY t.place""";
  private static final String COPY = "CREATE TEMP TABLE %s (LIKE %s INCLUDING ALL)";
  // Statements prepared before refer to the original tables.
  private static final String DISCARD_PLANS = "DISCARD PLANS";
  private static final String TERMINATE = "SELECT pg_terminate_backend(pg_backend_pid())";

  private ShadowTables() {}

  /** Returns full names by short name, in order; call it before there are shadow tables. */
  public static Future<Map<String, String>> names(SqlClient client, List<String> tables) {
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

  /** Creates shadow tables; the caller must {@link #drop} them in any case. */
  public static Future<Void> create(SqlConnection connection, Map<String, String> names) {
    List<Future<?>> steps = new ArrayList<>();
    names.forEach(
        (name, full) -> steps.add(connection.query(COPY.formatted(name, full)).execute()));
    steps.add(connection.query(DISCARD_PLANS).execute());
    return Future.all(steps).mapEmpty();
  }

  /**
   * Drops the shadow tables and returns the connection to its pool; terminates it when that fails,
   * since a fold on a connection with shadow tables would write to them. Never fails.
   *
   * @param connection without an open transaction; with a failed one it is terminated
   */
  public static Future<Void> drop(SqlConnection connection) {
    return connection
        .query("DISCARD TEMP")
        .execute()
        .compose(dropped -> connection.query(DISCARD_PLANS).execute())
        .recover(failed -> connection.query(TERMINATE).execute())
        .eventually(connection::close)
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }
}
