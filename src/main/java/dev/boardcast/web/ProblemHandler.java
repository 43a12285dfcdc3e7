package dev.boardcast.web;

import dev.boardcast.spi.Json;
import dev.boardcast.spi.Problem;
import dev.boardcast.web.audit.RequestId;
import io.vertx.core.Handler;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns every failed request into a problem response. Nothing internal leaks. */
public final class ProblemHandler implements Handler<RoutingContext> {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemHandler.class);
  private static final CharSequence TYPE = HttpHeaders.createOptimized("application/problem+json");
  private static final Map<Integer, String> TITLES =
      Map.of(
          400, "Bad request",
          404, "Not found",
          405, "Method not allowed",
          406, "Not acceptable",
          413, "Too large",
          415, "Unsupported media type");

  private final int fallbackStatus;

  /**
   * @param fallbackStatus the status of failures that have none
   */
  public ProblemHandler(int fallbackStatus) {
    this.fallbackStatus = fallbackStatus;
  }

  @Override
  public void handle(RoutingContext context) {
    var response = context.response();
    // A request that fails after its timeout has been answered already.
    if (response.ended() || response.closed()) return;
    if (response.headWritten()) {
      response.reset();
      return;
    }
    var problem = problem(context);
    // Where a node has a base path, the paths beside it have no other handlers.
    if (!response.headers().contains(HttpHeaders.DATE)) SecurityHeaders.set(response);
    response
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, TYPE)
        .putHeader(HttpHeaders.CACHE_CONTROL, Caching.NONE);
    if (problem.status() == 401) response.putHeader("WWW-Authenticate", "Bearer");
    if (problem.status() == 413) response.putHeader(HttpHeaders.CONNECTION, "close");
    if (problem.retryAfterSeconds() > 0) {
      response.putHeader("Retry-After", Integer.toString(problem.retryAfterSeconds()));
    }
    response.end(Buffer.buffer(Json.encode(problem.body(RequestId.of(context.request())))));
  }

  private Problem problem(RoutingContext context) {
    Throwable cause = context.failure();
    MemoryExhaustion.report(cause);
    if (cause instanceof Problem problem) return problem;
    // Not set for a path that is badly encoded.
    int status = context.statusCode() < 0 ? fallbackStatus : context.statusCode();
    if (cause instanceof HttpException http) status = http.getStatusCode();
    if (cause instanceof IllegalArgumentException && status < 500 && status > 0) {
      return Problem.of(status, TITLES.getOrDefault(status, "Bad request"), "malformed request");
    }
    if (status >= 400 && status < 500) {
      return Problem.of(
          status, TITLES.getOrDefault(status, "Not accepted"), detail(status, context));
    }
    if (isUnavailable(cause)) {
      LOG.debug("dependency unavailable for {}", context.request().path(), cause);
      return Problem.unavailable("the database is unavailable or overloaded; try again", 1);
    }
    LOG.error("{} {} failed", context.request().method(), context.request().path(), cause);
    return Problem.of(500, "Internal error", "the request failed; see the log of the node");
  }

  /** Whether PostgreSQL could not be reached, is starting or stopping, or is overloaded. */
  static boolean isUnavailable(Throwable cause) {
    if (cause instanceof PgException pg) {
      String state = pg.getSqlState();
      // 57P: shutting down or starting; 08: connection; 53: out of resources; 57014: cancelled by
      // timeout; 40: conflict with another transaction; 25006: the server takes no writes, such as
      // one that was replaced by another.
      return state != null
          && (state.startsWith("57")
              || state.startsWith("08")
              || state.startsWith("53")
              || state.startsWith("40")
              || state.equals("25P03")
              || state.equals("25006")
              || state.equals("55P03"));
    }
    return cause instanceof IOException
        || cause instanceof TimeoutException
        || cause instanceof ClosedConnectionException
        || cause instanceof VertxException;
  }

  private static String detail(int status, RoutingContext context) {
    return switch (status) {
      case 404 -> "no such path: " + context.request().path();
      case 405 -> context.request().method() + " is not allowed here";
      case 413 -> "the body is larger than this path accepts";
      case 415 -> "expected content type application/json";
      default -> "the request was not accepted";
    };
  }
}
