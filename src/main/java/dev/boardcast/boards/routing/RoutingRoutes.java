package dev.boardcast.boards.routing;

import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.ingest.Ingest;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Takes decisions: one, an array, or NDJSON. */
public final class RoutingRoutes implements Routes {
  private final boolean isAuthRequired;
  private final Ingest<Decision> ingest;

  /**
   * @param isAuthRequired whether senders need the role {@link Principal#INGEST}
   */
  public RoutingRoutes(HttpConfig config, boolean isAuthRequired, RoutingStore store) {
    this.isAuthRequired = isAuthRequired;
    ingest = new Ingest<>(config, Decision.class, store::add);
  }

  @Override
  public void mount(Router router) {
    router
        .post("/routing/decisions")
        .setName("addRoutingDecisions")
        .handler(this::admit)
        .handler(ingest);
  }

  private void admit(RoutingContext context) {
    if (isAuthRequired) RequestPrincipal.requireRole(context, Principal.INGEST);
    context.next();
  }
}
