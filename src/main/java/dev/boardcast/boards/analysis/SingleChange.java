package dev.boardcast.boards.analysis;

import dev.boardcast.bus.FactsHintPublisher;
import dev.boardcast.http.Idempotency;
import dev.boardcast.http.Idempotency.Written;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.StoredResponse;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import java.time.Clock;
import java.util.function.Function;

/**
 * What the routes of single changes share: one transaction, one answer, and a hint that the board
 * has news.
 *
 * @param clock says when a change was made
 */
record SingleChange(
    AccessRules door, Pool pool, Idempotency idempotency, FactsHintPublisher hints, Clock clock) {

  /** Makes one change for a writer and answers it; takes {@code Idempotency-Key}. */
  void write(
      RoutingContext context,
      Principal writer,
      Function<SqlClient, Future<StoredResponse>> change) {
    idempotency.answer(
        context, writer, tx -> change.apply(tx).map(reply -> new Written(reply, hints::committed)));
  }

  /**
   * The id in the path.
   *
   * @throws Problem 400 when it has not the form of one
   */
  static String id(RoutingContext context) {
    String id = context.pathParam("id");
    if (!id.matches(FieldRules.ID)) throw Problem.invalid("id", FieldRules.ID_TEXT);
    return id;
  }
}
