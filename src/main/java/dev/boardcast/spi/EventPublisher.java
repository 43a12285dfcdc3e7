package dev.boardcast.spi;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.Collection;
import java.util.List;

/**
 * Publishes events to streams as part of a database transaction: the change and its events are
 * committed together, or neither is.
 *
 * <pre>{@code
 * pool.withTransaction(tx -> update(tx, task).compose(row -> events.append(tx, list).map(row)))
 *     .onSuccess(row -> events.committed(list));
 * }</pre>
 *
 * <p>Thread safe.
 */
public interface EventPublisher {
  /**
   * Appends events to the caller's transaction, in the order of the list. Call it after the changed
   * row is inserted or locked; events then have the order of the changes.
   *
   * @param transaction of the change, on the node's database; ended by the caller. In mode
   *     broadcast there is none: null, and the events are published at once
   * @param events may be empty; all are written by one statement, so bound their number
   * @return fails when the statement does; the caller then rolls back
   */
  Future<Void> append(SqlClient transaction, List<NewEvent> events);

  /**
   * Reports that appended events were committed, so that they are delivered at once. A lost report
   * delays delivery until the next poll of the outbox.
   */
  void committed(Collection<NewEvent> events);
}
