package dev.boardcast.board.analysis;

import dev.boardcast.http.Answer;
import dev.boardcast.http.Body;
import dev.boardcast.http.Reply;
import dev.boardcast.http.Routes;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** What users say of proposals. */
final class FeedbackRoutes implements Routes {
  private final Desk desk;
  private final FeedbackStore feedback;

  FeedbackRoutes(Desk desk) {
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
    String id = Desk.id(context);
    var verdict = Body.read(context, Feedback.class).verdict();
    desk.write(
        context,
        writer,
        tx -> feedback.give(tx, id, writer, verdict).map(given -> Reply.json(200, given)));
  }

  private void get(RoutingContext context) {
    desk.door().reader(context);
    feedback
        .find(desk.pool(), Desk.id(context))
        .onSuccess(proposal -> Answer.json(context, 200, proposal))
        .onFailure(context::fail);
  }
}
