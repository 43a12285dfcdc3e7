package dev.boardcast.boards.analysis;

import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.StoredResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** What users say of proposals. */
final class FeedbackRoutes implements Routes {
  private final SingleChange desk;
  private final FeedbackStore feedback;

  FeedbackRoutes(SingleChange desk) {
    this.desk = desk;
    feedback = new FeedbackStore(desk.clock());
  }

  @Override
  public void mount(Router router) {
    router.post("/api/v1/proposals/:id/feedback").setName("giveFeedback").handler(this::give);
    router.get("/api/v1/proposals/:id/feedback").setName("getFeedback").handler(this::get);
  }

  private void give(RoutingContext context) {
    var writer = desk.door().writer(context);
    String id = SingleChange.id(context);
    var verdict = JsonBody.read(context, Feedback.class).verdict();
    desk.write(
        context,
        writer,
        tx -> feedback.give(tx, id, writer, verdict).map(given -> StoredResponse.json(200, given)));
  }

  private void get(RoutingContext context) {
    desk.door().reader(context);
    feedback
        .find(desk.pool(), SingleChange.id(context))
        .onSuccess(proposal -> JsonResponse.json(context, 200, proposal))
        .onFailure(context::fail);
  }
}
