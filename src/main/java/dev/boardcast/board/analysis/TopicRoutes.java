package dev.boardcast.board.analysis;

import dev.boardcast.http.Answer;
import dev.boardcast.http.Body;
import dev.boardcast.http.Problem;
import dev.boardcast.http.Query;
import dev.boardcast.http.Reply;
import dev.boardcast.http.Routes;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Topics: made, renamed, described, listed. */
final class TopicRoutes implements Routes {
  private final Desk desk;
  private final TopicStore topics;

  TopicRoutes(Desk desk) {
    this.desk = desk;
    topics = new TopicStore(desk.clock());
  }

  @Override
  public void mount(Router router) {
    router.post("/api/v1/topics").setName("createTopic").handler(this::create);
    router.get("/api/v1/topics").setName("listTopics").handler(this::list);
    router.get("/api/v1/topics/:id").setName("getTopic").handler(this::get);
    router.patch("/api/v1/topics/:id").setName("updateTopic").handler(this::update);
  }

  private void create(RoutingContext context) {
    var writer = desk.door().writer(context);
    var wanted = Body.read(context, NewTopic.class);
    desk.write(
        context,
        writer,
        tx ->
            topics
                .create(tx, wanted)
                .map(
                    added ->
                        Reply.json(added.isNew() ? 201 : 200, added.topic())
                            .withLocation("/api/v1/topics/" + added.topic().id())));
  }

  private void update(RoutingContext context) {
    var writer = desk.door().writer(context);
    String id = Desk.id(context);
    var patch = Body.read(context, TopicPatch.class);
    if (patch.name() == null && patch.description() == null) {
      throw Problem.invalid("body", "name, description, or both");
    }
    desk.write(
        context, writer, tx -> topics.update(tx, id, patch).map(topic -> Reply.json(200, topic)));
  }

  private void list(RoutingContext context) {
    desk.door().reader(context);
    topics
        .page(desk.pool(), Page.Ask.of(Query.of(context, "limit", "cursor")))
        .onSuccess(page -> Answer.json(context, 200, page))
        .onFailure(context::fail);
  }

  private void get(RoutingContext context) {
    desk.door().reader(context);
    topics
        .find(desk.pool(), Desk.id(context))
        .onSuccess(topic -> Answer.json(context, 200, topic))
        .onFailure(context::fail);
  }
}
