package dev.boardcast.boards.yaml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;

/**
 * One query of a file as it runs: as a subquery, of which the server hands out no more rows and
 * bytes than it may.
 *
 * @param what for the log: {@code numbers}, or a group's name
 */
record FileQuery(String what, FileSql sql, int maxRows, Duration timeout) {
  private static final String CANCELLED = "57014";
  private static final String RUN =
      """
      SELECT count(*) AS rows, coalesce(sum(octet_length(r.row)), 0) AS bytes,
             CASE WHEN count(*) <= %1$d AND sum(octet_length(r.row)) <= %2$d
                  THEN '[' || string_agg(r.row, ',') || ']' ELSE '[]' END AS data
      FROM (SELECT row_to_json(q)::text AS row FROM (
      %3$s
      ) AS q LIMIT %1$d + 1) AS r""";

  /** What cannot be shown, for the log, where its author finds it. */
  static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failed(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Reads within a transaction.
   *
   * @return the rows, each an object with the columns in order; fails with {@link Failed} for a
   *     fault of the query, with another failure for one of the database
   */
  Future<JsonNode> run(SqlClient transaction) {
    return transaction
        .preparedQuery(RUN.formatted(maxRows, BoardFileLimits.MAX_BYTES, sql.text()))
        .execute()
        .map(rows -> data(rows.iterator().next()))
        .recover(cause -> Future.failedFuture(failure(cause)));
  }

  private JsonNode data(Row row) {
    if (row.getLong("rows") > maxRows) throw failed("gives more than " + maxRows + " rows");
    if (row.getLong("bytes") > BoardFileLimits.MAX_BYTES) {
      throw failed("gives more than " + BoardFileLimits.MAX_BYTES + " bytes");
    }
    try {
      return Json.MAPPER.readTree(row.getString("data"));
    } catch (JsonProcessingException defect) {
      throw failed("gives what is no JSON");
    }
  }

  private Throwable failure(Throwable cause) {
    if (!(cause instanceof PgException pg) || pg.getSqlState() == null) return cause;
    if (pg.getSqlState().equals(CANCELLED)) {
      return failed("takes longer than " + timeout.toMillis() + " ms");
    }
    // 08, 40, 53, 57: a connection, a conflict, the server's means, its end; not of the query.
    return pg.getSqlState().matches("(08|40|53|57).*") || pg.getSqlState().equals("25P02")
        ? cause
        : failed("cannot be read: " + pg.getErrorMessage());
  }

  Failed failed(String reason) {
    return new Failed(sql.place() + ": " + what + " " + reason);
  }
}
