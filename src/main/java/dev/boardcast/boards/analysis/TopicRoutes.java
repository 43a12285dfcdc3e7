package dev.boardcast.boards.analysis;

import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.StoredResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** The HTTP routes of topics. */
final class TopicRoutes implements Routes {
  private final SingleChange changes;
  private final TopicStore topics;

  TopicRoutes(SingleChange changes) {
    this.changes = changes;
    topics = new TopicStore(changes.clock());
  }

  @Override
  public void mount(Router router) {
    Route create = AuditedRoute.on(router.post("/api/v1/topics"), "topic.created");
    EarlyCheck.on(create, changes::requireWriter).setName("createTopic").handler(this::create);
    router.get("/api/v1/topics").setName("listTopics").handler(this::list);
    router.get("/api/v1/topics/:id").setName("getTopic").handler(this::get);
    Route update = AuditedRoute.on(router.patch("/api/v1/topics/:id"), "topic.updated", "id");
    EarlyCheck.on(update, changes::requireWriter).setName("updateTopic").handler(this::update);
  }

  private void create(RoutingContext context) {
    var writer = changes.requireWriter(context);
    var wanted = JsonBody.read(context, NewTopic.class);
    changes.write(
        context,
        writer,
        tx ->
            topics
                .create(tx, wanted)
                .onSuccess(added -> AuditLog.of(context).target(added.topic().id()))
                .map(
                    added ->
                        StoredResponse.json(added.isNew() ? 201 : 200, added.topic())
                            .withLocation("/api/v1/topics/" + added.topic().id())));
  }

  private void update(RoutingContext context) {
    var writer = changes.requireWriter(context);
    String id = SingleChange.id(context);
    var patch = JsonBody.read(context, TopicPatch.class);
    if (patch.name() == null && patch.description() == null) {
      throw Problem.invalid("body", "name, description, or both");
    }
    changes.write(
        context,
        writer,
        tx -> topics.update(tx, id, patch).map(topic -> StoredResponse.json(200, topic)));
  }

  private void list(RoutingContext context) {
    changes.requireReader(context);
    topics
        .page(changes.pool(), SingleChange.page(QueryParameters.of(context, "limit", "cursor")))
        .onSuccess(page -> JsonResponse.json(context, 200, page))
        .onFailure(context::fail);
  }

  private void get(RoutingContext context) {
    changes.requireReader(context);
    topics
        .find(changes.pool(), SingleChange.id(context))
        .onSuccess(topic -> JsonResponse.json(context, 200, topic))
        .onFailure(context::fail);
  }
}
