package dev.boardcast.web;

import dev.boardcast.spi.Problem;
import dev.boardcast.web.limits.AcceptedConnections;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/**
 * Passes on requests of a port that {@link RequestSyntax} accepts, and refuses others. Nothing that
 * follows a refused request on its connection of HTTP/1.1 is handled. Thread safe.
 */
public final class CheckedRequests implements Handler<HttpServerRequest> {
  private final Handler<HttpServerRequest> next;

  public CheckedRequests(Handler<HttpServerRequest> next) {
    this.next = next;
  }

  @Override
  public void handle(HttpServerRequest request) {
    if (!AcceptedConnections.begin(request)) return;
    try {
      RequestSyntax.check(request);
    } catch (Problem malformed) {
      InvalidRequestHandler.refuse(request, malformed);
      return;
    }
    next.handle(HeadResponses.of(request));
  }
}
