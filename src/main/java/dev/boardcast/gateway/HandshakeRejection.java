package dev.boardcast.gateway;

import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.ThreadLocalRandom;

/** Refuses a request for a session with an HTTP status and a problem. Event loop of the request. */
public final class HandshakeRejection {
  private static final int MIN_SECONDS = 2;
  private static final int SPREAD_SECONDS = 4;

  private final Problem problem;

  private HandshakeRejection(Problem problem) {
    this.problem = problem;
  }

  static HandshakeRejection of(Problem problem) {
    return new HandshakeRejection(problem);
  }

  static HandshakeRejection later(String reason) {
    return of(unavailable(reason));
  }

  /** 503 with a time to try again, which is spread so that clients do not all come at once. */
  static Problem unavailable(String reason) {
    int seconds = MIN_SECONDS + ThreadLocalRandom.current().nextInt(SPREAD_SECONDS);
    return Problem.unavailable(reason, seconds);
  }

  /** The status that means the same as a close code. */
  public static HandshakeRejection of(CloseCode code, String reason) {
    return switch (code) {
      case NOT_AUTHENTICATED -> of(Problem.unauthenticated(reason));
      case FORBIDDEN -> of(Problem.forbidden(reason));
      default -> later(reason);
    };
  }

  /** Answers, unless that has been done or the client has gone. */
  public Future<Void> send(HttpServerRequest request) {
    var response = request.response();
    if (response.ended() || response.closed()) return Future.succeededFuture();
    if (problem.retryAfterSeconds() > 0) {
      response.putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(problem.retryAfterSeconds()));
    }
    if (problem.status() == 401) response.putHeader("WWW-Authenticate", "Bearer");
    return response
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
        .end(Json.encode(problem.body()));
  }

  /** The same, and ends a connection that cannot carry another request. */
  void sendAndClose(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      send(request);
      return;
    }
    request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    send(request).onComplete(sent -> request.connection().close());
  }
}
