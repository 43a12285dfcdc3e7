package dev.boardcast.http;

import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.web.limits.AcceptedConnections;
import dev.boardcast.web.limits.Budget;
import dev.boardcast.web.limits.Budget.Grant;
import dev.boardcast.web.limits.ClientLimits;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * The part of the node's budget that one body takes until its request ends. Confined to the
 * request's event loop.
 */
final class HeldBody {
  private static final int RETRY_AFTER_SECONDS = 2;
  private static final int LINGER_MILLIS = 250;

  private final RoutingContext context;
  private final ClientLimits limits;
  private final long bytes;
  private boolean acquired;

  HeldBody(RoutingContext context, ClientLimits limits, long bytes) {
    this.context = context;
    this.limits = limits;
    this.bytes = bytes;
  }

  /** Takes its part once; false when there is none, and the request was refused. */
  boolean acquire() {
    if (acquired) return true;
    Optional<Principal> principal = RequestPrincipal.of(context);
    Budget budget = limits.bodies(principal);
    String client = limits.client(context.request(), principal);
    Grant grant = budget.acquire(client, bytes);
    if (grant == Grant.GRANTED) {
      acquired = true;
      context.addEndHandler(ended -> budget.release(client, bytes));
      return true;
    }
    boolean isShare = grant == Grant.SHARE_SPENT;
    String setting = isShare ? "http-body-bytes-per-client" : "http-body-bytes";
    limits.meters().refused(setting, client);
    refuse(
        context,
        isShare
            ? Problem.tooMany(
                "this client sends too many bodies at once (" + setting + ")", RETRY_AFTER_SECONDS)
            : Problem.unavailable(
                "too many bodies are being read (" + setting + ")", RETRY_AFTER_SECONDS));
    return false;
  }

  /** Fails a request whose body is not read any further; its connection cannot be used again. */
  static void refuse(RoutingContext context, Problem problem) {
    if (context.response().headWritten()) {
      context.response().reset();
      return;
    }
    closeAfterAnswer(context);
    context.fail(problem);
  }

  /** Reads nothing more, and closes the connection soon after the answer, if it is HTTP/1. */
  static void closeAfterAnswer(RoutingContext context) {
    if (context.request().version() == HttpVersion.HTTP_2) return;
    context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    // Not the request: it would keep what was read.
    AcceptedConnections.stopReading(context.request());
    // Vert.x would wait for the end of the body. A client that still sends it would not see the
    // answer if the connection were closed at once.
    context.addEndHandler(
        told -> context.vertx().setTimer(LINGER_MILLIS, passed -> close(context)));
  }

  private static void close(RoutingContext context) {
    context.request().connection().close();
  }
}
