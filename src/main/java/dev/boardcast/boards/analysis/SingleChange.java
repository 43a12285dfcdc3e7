package dev.boardcast.boards.analysis;

import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Idempotency.Written;
import dev.boardcast.spi.Page;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.StoredResponse;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import java.time.Clock;
import java.util.function.Function;

/**
 * What the routes of topics, runs and feedback share: who may read and write, and a write as one
 * transaction, after which the board is computed. Thread safe.
 */
record SingleChange(BoardContext context) {
  Pool pool() {
    return context.pool();
  }

  Clock clock() {
    return context.clock();
  }

  /**
   * Checks that the caller may write: writes are facts of the board.
   *
   * @throws Problem 401 without a token, 403 without the role
   */
  Principal requireWriter(RoutingContext request) {
    return context.ingest().authorize(request);
  }

  /**
   * Checks that the caller may see the board.
   *
   * @throws Problem 401 without a token, 403 without the role
   */
  void requireReader(RoutingContext request) {
    RequestPrincipal.requireVisible(request, context.visibilityOf(AnalysisBoard.NAME));
  }

  /** Runs a change in one transaction and responds; honours {@code Idempotency-Key}. */
  void write(
      RoutingContext request,
      Principal writer,
      Function<SqlClient, Future<StoredResponse>> change) {
    context
        .idempotency()
        .respond(
            request,
            writer,
            tx ->
                change
                    .apply(tx)
                    .map(
                        response ->
                            new Written(
                                response, () -> context.factsCommitted(AnalysisBoard.NAME))));
  }

  /** The page that a client asks for in a list, the newest first. */
  static Page.Request page(QueryParameters query) {
    return Page.Request.of(query, 200, 50, Page.Cursor.NEWEST_FIRST, FieldRules.ID);
  }

  /**
   * The id in the path.
   *
   * @throws Problem 400 when it is malformed
   */
  static String id(RoutingContext request) {
    String id = request.pathParam("id");
    if (!id.matches(FieldRules.ID)) throw Problem.invalid("id", FieldRules.ID_TEXT);
    return id;
  }
}
