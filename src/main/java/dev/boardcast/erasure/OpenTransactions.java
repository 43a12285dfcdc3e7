package dev.boardcast.erasure;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Transactions of this database that were open at one moment: they may still write what they have
 * read before, so the last look at the tables must come after them.
 */
final class OpenTransactions {
  // A dump writes nothing. Other sessions' programs are known to some roles only.
  private static final String OPEN =
      """
      SELECT l.virtualtransaction AS id, 'process ' || l.pid AS shown
      FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE l.locktype = 'virtualxid' AND l.granted AND l.mode = 'ExclusiveLock'
        AND a.datid = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND l.pid <> pg_backend_pid()
        AND coalesce(a.backend_type, 'client backend') = 'client backend'
        AND coalesce(a.application_name, '') <> 'pg_dump'
      UNION ALL
      SELECT 'prepared ' || transaction::text, 'prepared ' || gid
      FROM pg_prepared_xacts WHERE database = current_database()""";
  private static final String STILL_OPEN =
      "SELECT shown FROM (" + OPEN + ") AS open WHERE id = ANY ($1) LIMIT 1";

  private final String[] ids;

  private OpenTransactions(String[] ids) {
    this.ids = ids;
  }

  /** Those that are open now. */
  static Future<OpenTransactions> now(SqlClient client) {
    return client
        .query(OPEN)
        .execute()
        .map(
            rows -> {
              List<String> ids = new ArrayList<>();
              for (Row row : rows) ids.add(row.getString("id"));
              return new OpenTransactions(ids.toArray(String[]::new));
            });
  }

  /** One of them that is still open; empty when all have ended. */
  Future<Optional<String>> open(SqlClient client) {
    if (ids.length == 0) return Future.succeededFuture(Optional.empty());
    return client
        .preparedQuery(STILL_OPEN)
        .execute(Tuple.tuple().addArrayOfString(ids))
        .map(OpenTransactions::first);
  }

  private static Optional<String> first(RowSet<Row> rows) {
    for (Row row : rows) return Optional.of(row.getString("shown"));
    return Optional.empty();
  }
}
