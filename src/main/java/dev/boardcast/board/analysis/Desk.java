package dev.boardcast.board.analysis;

import dev.boardcast.auth.Principal;
import dev.boardcast.bus.FactsHints;
import dev.boardcast.http.Idempotency;
import dev.boardcast.http.Idempotency.Written;
import dev.boardcast.http.Problem;
import dev.boardcast.http.Reply;
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
record Desk(Door door, Pool pool, Idempotency idempotency, FactsHints hints, Clock clock) {

  /** Makes one change for a writer and answers it; takes {@code Idempotency-Key}. */
  void write(RoutingContext context, Principal writer, Function<SqlClient, Future<Reply>> change) {
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
    if (!id.matches(Expected.ID)) throw Problem.invalid("id", Expected.ID_TEXT);
    return id;
  }
}
