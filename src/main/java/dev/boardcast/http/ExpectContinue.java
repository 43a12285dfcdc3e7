package dev.boardcast.http;

import dev.boardcast.web.Expectation;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Answers {@code Expect: 100-continue} (RFC 9110, 10.1.1): with one 100 when the body is wanted,
 * otherwise with the final response alone. After that a connection of HTTP/1.1 is closed, because
 * the client may send the body or not. Thread safe.
 */
final class ExpectContinue implements Handler<RoutingContext> {
  @Override
  public void handle(RoutingContext context) {
    if (Expectation.isWaiting(context.request())) {
      context.addHeadersEndHandler(
          head -> {
            if (Expectation.isWaiting(context.request())) HeldBody.closeAfterAnswer(context);
          });
    }
    context.next();
  }

  /** Tells a client that waits for it to send the body. Called once the caller may send one. */
  static void send(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (!Expectation.isContinue(request)) return;
    // No other handler answers it again.
    request.headers().remove(HttpHeaders.EXPECT);
    context.response().writeContinue();
  }
}
