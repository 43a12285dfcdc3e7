package dev.boardcast.boards.analysis;

import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.StoredResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** The HTTP routes of feedback on proposals. */
final class FeedbackRoutes implements Routes {
  private final SingleChange changes;
  private final FeedbackStore feedback;

  FeedbackRoutes(SingleChange changes) {
    this.changes = changes;
    feedback = new FeedbackStore(changes.clock());
  }

  @Override
  public void mount(Router router) {
    Route give =
        AuditedRoute.on(router.post("/api/v1/proposals/:id/feedback"), "feedback.given", "id");
    EarlyCheck.on(give, changes::requireWriter).setName("giveFeedback").handler(this::give);
    router.get("/api/v1/proposals/:id/feedback").setName("getFeedback").handler(this::get);
  }

  private void give(RoutingContext context) {
    var writer = changes.requireWriter(context);
    String id = SingleChange.id(context);
    var verdict = JsonBody.read(context, Feedback.class).verdict();
    changes.write(
        context,
        writer,
        tx -> feedback.give(tx, id, writer, verdict).map(given -> StoredResponse.json(200, given)));
  }

  private void get(RoutingContext context) {
    changes.requireReader(context);
    feedback
        .find(changes.pool(), SingleChange.id(context))
        .onSuccess(proposal -> JsonResponse.json(context, 200, proposal))
        .onFailure(context::fail);
  }
}
