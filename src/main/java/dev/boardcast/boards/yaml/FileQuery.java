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
 * Runs one query of a file, as a subquery whose rows and bytes are limited by the server.
 *
 * @param what for messages: {@code numbers}, or a group's name
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

  /** The query is at fault. The message names file, line and reason, and is logged. */
  static final class QueryFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QueryFailedException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Runs the query in a transaction.
   *
   * @return an array of rows, each an object with the columns in order; fails with {@link
   *     QueryFailedException} if the query is at fault, with another failure if the database is
   */
  Future<JsonNode> run(SqlClient transaction) {
    return transaction
        .preparedQuery(RUN.formatted(maxRows, BoardFileLimits.MAX_BYTES, sql.text()))
        .execute()
        .map(rows -> data(rows.iterator().next()))
        .recover(cause -> Future.failedFuture(failure(cause)));
  }

  private JsonNode data(Row row) {
    if (row.getLong("rows") > maxRows) throw failed("returns more than " + maxRows + " rows");
    if (row.getLong("bytes") > BoardFileLimits.MAX_BYTES) {
      throw failed("returns more than " + BoardFileLimits.MAX_BYTES + " bytes");
    }
    try {
      return Json.MAPPER.readTree(row.getString("data"));
    } catch (JsonProcessingException defect) {
      throw failed("returns what is not JSON");
    }
  }

  private Throwable failure(Throwable cause) {
    if (!(cause instanceof PgException pg) || pg.getSqlState() == null) return cause;
    if (pg.getSqlState().equals(CANCELLED)) {
      return failed("takes longer than " + timeout.toMillis() + " ms");
    }
    // Classes 08, 40, 53, 57: connection, conflict, resources, shutdown; not the query's fault.
    return pg.getSqlState().matches("(08|40|53|57).*") || pg.getSqlState().equals("25P02")
        ? cause
        : failed("cannot be read: " + pg.getErrorMessage());
  }

  QueryFailedException failed(String reason) {
    return new QueryFailedException(sql.position() + ": " + what + " " + reason);
  }
}
