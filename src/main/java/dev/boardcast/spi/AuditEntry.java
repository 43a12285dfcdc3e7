package dev.boardcast.spi;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/**
 * The row of the audit trail for a request that writes facts. It belongs to the statement or the
 * transaction of the first facts, so that facts are never stored without it and no round trip is
 * added. Confined to the event loop of the request.
 */
public interface AuditEntry {
  /**
   * The start of a statement that writes the row and then what follows: {@code WITH …}.
   *
   * @param parameters how many the statement has; those of the row come after them
   */
  String with(int parameters);

  /** Adds the parameters of {@link #with}. */
  Tuple bind(Tuple parameters);

  /** Writes the row by a statement of its own, in a transaction. */
  Future<Void> append(SqlClient transaction);

  /** Writes the row in a transaction of its own. */
  Future<Void> appendAlone();
}
