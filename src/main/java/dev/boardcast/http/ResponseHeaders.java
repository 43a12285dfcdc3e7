package dev.boardcast.http;

import dev.boardcast.web.SecurityHeaders;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/**
 * Sets the headers of every response that restrict browsers and caches. Unless a route has said
 * otherwise, a response is private: nobody may keep it. Thread safe.
 */
public final class ResponseHeaders implements Handler<RoutingContext> {
  private static final String SHARED = "boardcast.shared";

  /** Declares that the response is the same for every caller; the route sets what caches may do. */
  public static void sameForAll(RoutingContext context) {
    context.put(SHARED, true);
  }

  @Override
  public void handle(RoutingContext context) {
    SecurityHeaders.set(context.response());
    context.addHeadersEndHandler(
        end -> {
          if (context.get(SHARED) == null) SecurityHeaders.setPrivate(context.response());
        });
    context.next();
  }
}
