package dev.boardcast.metrics.audit;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.FactsCommitted;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;

/**
 * Lets admins request that a board is recomputed from all its facts, and read the result. The node
 * that holds the board does it, while broadcasts go on.
 */
public final class RecomputeRoutes implements Routes {
  private static final String PATH = "/api/v1/admin/boards/:name/recompute";

  private final Pool pool;
  private final TypedBus bus;

  public RecomputeRoutes(Pool pool, TypedBus bus) {
    this.pool = pool;
    this.bus = bus;
  }

  @Override
  public void mount(Router router) {
    AuditedRoute.on(router.post(PATH), "board.recomputed", "name")
        .setName("recomputeBoard")
        .handler(this::request);
    router.get(PATH).setName("getBoardRecomputation").handler(this::latest);
  }

  private void request(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    String board = context.pathParam("name");
    pool.withTransaction(
            tx ->
                RecomputationStore.request(tx, board)
                    .map(requested -> requested.orElseThrow(() -> Problem.notFound("this board")))
                    .compose(requested -> AuditLog.of(context).append(tx).map(requested)))
        .map(
            recomputation -> {
              // The holder checks for requests whenever it folds.
              bus.publish(Addresses.FACTS_HINTS, new FactsCommitted(board));
              JsonResponse.json(context, 202, recomputation);
              return recomputation;
            })
        .onFailure(context::fail);
  }

  private void latest(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.VIEWER);
    QueryParameters.of(context);
    RecomputationStore.latest(pool, context.pathParam("name"))
        .map(
            latest -> {
              JsonResponse.json(
                  context,
                  200,
                  latest.orElseThrow(() -> Problem.notFound("a recomputation of this board")));
              return latest;
            })
        .onFailure(context::fail);
  }
}
