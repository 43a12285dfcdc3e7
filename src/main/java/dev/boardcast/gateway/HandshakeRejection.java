package dev.boardcast.gateway;

import dev.boardcast.auth.revocation.AccessRefusal;
import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Problem;
import dev.boardcast.web.Caching;
import dev.boardcast.web.SecurityHeaders;
import dev.boardcast.web.audit.RequestId;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Refuses a request for a session with an HTTP status and a problem. A browser's EventSource never
 * reconnects after a status other than 200: it is recognized by its {@code Accept}, and gets a
 * stream with the time to reconnect. Event loop of the request.
 */
public final class HandshakeRejection {
  private static final int MIN_SECONDS = 2;
  private static final int SPREAD_SECONDS = 4;
  // A node that starts, drains or is overloaded rejects clients for seconds; they retry meanwhile.
  private static final int SOON_SECONDS = 1;
  private static final int SOON_SPREAD_SECONDS = 2;
  // In which refused tokens are counted.
  private static final int WINDOW_SECONDS = 60;

  private final Problem problem;

  private HandshakeRejection(Problem problem) {
    this.problem = problem;
  }

  static HandshakeRejection of(Problem problem) {
    return new HandshakeRejection(problem);
  }

  /** 503 with a time to try again, which is spread so that clients do not all come at once. */
  static Problem unavailable(RefusalReason reason) {
    int seconds =
        switch (reason) {
          case STARTING, LEAVING, BUSY -> SOON_SECONDS + random(SOON_SPREAD_SECONDS);
          default -> MIN_SECONDS + random(SPREAD_SECONDS);
        };
    return Problem.unavailable(reason.text(), seconds);
  }

  /** The status that means the same as a close code. */
  public static HandshakeRejection of(CloseCode code, String reason) {
    return switch (code) {
      case NOT_AUTHENTICATED ->
          of(
              reason.equals(AccessRefusal.REVOKED.text())
                  ? Problem.revoked(reason)
                  : Problem.unauthenticated(reason));
      case FORBIDDEN -> of(Problem.forbidden(reason));
      case TOO_MANY -> of(Problem.tooMany(reason, WINDOW_SECONDS));
      default -> of(Problem.unavailable(reason, MIN_SECONDS + random(SPREAD_SECONDS)));
    };
  }

  /** Sends the response, unless it was sent or the client has disconnected. */
  public Future<Void> send(HttpServerRequest request) {
    var response = request.response();
    if (response.ended() || response.closed()) return Future.succeededFuture();
    SecurityHeaders.set(response);
    if (problem.status() == 503 && EventStreamRefusal.suits(request)) {
      return EventStreamRefusal.send(request, problem);
    }
    if (problem.retryAfterSeconds() > 0) {
      response.putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(problem.retryAfterSeconds()));
    }
    if (problem.status() == 401) response.putHeader("WWW-Authenticate", "Bearer");
    return response
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
        .putHeader(HttpHeaders.CACHE_CONTROL, Caching.NONE)
        .end(Json.encode(problem.body(RequestId.of(request))));
  }

  /** As {@link #send}, and closes a connection that cannot carry another request. */
  void sendAndClose(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      send(request);
      return;
    }
    request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    send(request).onComplete(sent -> request.connection().close());
  }

  private static int random(int bound) {
    return ThreadLocalRandom.current().nextInt(bound);
  }
}
