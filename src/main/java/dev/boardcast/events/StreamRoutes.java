package dev.boardcast.events;

import dev.boardcast.bus.Offset;
import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.EntityTags;
import dev.boardcast.spi.FactSink;
import dev.boardcast.spi.Ingest;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.Routes;
import dev.boardcast.web.Caching;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import java.util.Optional;
import java.util.Set;

/** Serves application streams: publishing to them, and reading the events after an offset. */
public final class StreamRoutes implements Routes {
  private static final String PATH = "/api/v1/streams/:name/events";

  private final Ingest ingest;
  private final StreamEventWriter writer;
  private final StreamCatchUp catchUp;
  private final StreamAccess access;
  private final Set<String> ownTypes;

  /**
   * @param ownTypes types of messages and events of the product, which applications must not use
   */
  public StreamRoutes(
      Ingest ingest,
      Pool pool,
      Outbox outbox,
      EventLog log,
      StreamAccess access,
      Set<String> ownTypes) {
    this.ownTypes = Set.copyOf(ownTypes);
    this.ingest = ingest;
    this.writer = new StreamEventWriter(pool, outbox);
    this.catchUp = new StreamCatchUp(log);
    this.access = access;
  }

  @Override
  public void mount(Router router) {
    Route publish = AuditedRoute.on(router.post(PATH), AuditLog.EVENTS_PUBLISHED, "name");
    EarlyCheck.on(publish, context -> access.requirePublish(context, context.pathParam("name")))
        .setName("publishEvents")
        .handler(this::publish);
    router.get(PATH).setName("readEvents").handler(this::read);
  }

  private void publish(RoutingContext context) {
    String name = context.pathParam("name");
    access.requirePublish(context, name);
    QueryParameters.of(context);
    FactSink<StreamEvent> sink = writer.sink(name);
    ingest.handle(context, StreamEvent.class, sink.rejecting(this::ownType));
  }

  private Optional<Problem> ownType(StreamEvent event) {
    return ownTypes.contains(event.type())
        ? Optional.of(Problem.invalid("type", StreamEvent.TYPE))
        : Optional.empty();
  }

  private void read(RoutingContext context) {
    String name = context.pathParam("name");
    access.requireStream(name);
    var query = QueryParameters.of(context, "after", "limit");
    var known = EntityTags.ifNoneMatch(context.request());
    int limit = query.number("limit", 1, 500, 100);
    var after = query.text("after").map(StreamRoutes::offset);
    access
        .readable(context, name)
        .compose(streams -> catchUp.read(name, streams, after, limit))
        .onSuccess(
            page -> {
              boolean isFinal = after.isPresent() && page.isFull(limit) && access.isSingle(name);
              respond(context, known, page, isFinal, access.isPublic(name));
            })
        .onFailure(context::fail);
  }

  /**
   * @param isFinal whether the response to this request never changes
   * @param isPublic whether it is the same for every caller
   */
  private static void respond(
      RoutingContext context,
      Optional<EntityTags> known,
      StreamCatchUp.Page page,
      boolean isFinal,
      boolean isPublic) {
    var response = context.response();
    if (response.ended() || response.closed()) return;
    response.putHeader("Cache-Control", Caching.of(isPublic, isFinal));
    if (!EntityTags.endUnchanged(context, known, page.etag())) {
      JsonResponse.json(context, 200, page);
    }
  }

  private static Offset offset(String text) {
    try {
      return Offset.parse(text);
    } catch (IllegalArgumentException invalid) {
      throw Problem.invalid("after", "an offset as it was received");
    }
  }
}
