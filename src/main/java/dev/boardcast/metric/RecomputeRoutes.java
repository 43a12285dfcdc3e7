package dev.boardcast.metric;

import dev.boardcast.auth.Principal;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.FactsHint;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.http.Answer;
import dev.boardcast.http.Caller;
import dev.boardcast.http.Problem;
import dev.boardcast.http.Routes;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;

/**
 * Has a board computed anew from all its facts, by the node that holds it, while broadcasts go on;
 * and tells what came of it. For admins.
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
    router.post(PATH).setName("recomputeBoard").handler(this::request);
    router.get(PATH).setName("getBoardRecomputation").handler(this::latest);
  }

  private void request(RoutingContext context) {
    Caller.requireRole(context, Principal.ADMIN);
    String board = context.pathParam("name");
    Recomputations.request(pool, board)
        .map(
            requested -> {
              var recomputation = requested.orElseThrow(() -> Problem.notFound("this board"));
              // The holder looks for requests whenever it folds.
              bus.publish(Addresses.FACTS_HINTS, new FactsHint(board));
              Answer.json(context, 202, recomputation);
              return recomputation;
            })
        .onFailure(context::fail);
  }

  private void latest(RoutingContext context) {
    Caller.requireRole(context, Principal.ADMIN);
    Recomputations.latest(pool, context.pathParam("name"))
        .map(
            latest -> {
              Answer.json(
                  context,
                  200,
                  latest.orElseThrow(() -> Problem.notFound("a recomputation of this board")));
              return latest;
            })
        .onFailure(context::fail);
  }
}
