package dev.boardcast.boards.analysis;

import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.ingest.Ingest;
import dev.boardcast.spi.Routes;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Takes messages: one, an array, or NDJSON. */
final class MessageRoutes implements Routes {
  private final AccessRules door;
  private final Ingest<Message> ingest;

  MessageRoutes(HttpConfig config, AccessRules door, MessageStore store) {
    this.door = door;
    ingest = Ingest.judged(config, Message.class, store::add);
  }

  @Override
  public void mount(Router router) {
    router.post("/api/v1/messages").setName("addMessages").handler(this::admit).handler(ingest);
  }

  private void admit(RoutingContext context) {
    door.writer(context);
    context.next();
  }
}
