package dev.boardcast.gateway;

import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.ThreadLocalRandom;

/** What is said in HTTP to a client that is not let in. */
public final class HandshakeRejection {
  private static final int LEAST_SECONDS = 2;
  private static final int SPREAD_SECONDS = 4;

  private final Problem problem;

  private HandshakeRejection(Problem problem) {
    this.problem = problem;
  }

  static HandshakeRejection of(Problem problem) {
    return new HandshakeRejection(problem);
  }

  /** No place now; when to try again is another time for each, lest all come at once. */
  static HandshakeRejection later(String why) {
    int seconds = LEAST_SECONDS + ThreadLocalRandom.current().nextInt(SPREAD_SECONDS);
    return new HandshakeRejection(Problem.unavailable(why, seconds));
  }

  /** What a close code would have said. */
  public static HandshakeRejection of(CloseCode why, String reason) {
    return switch (why) {
      case NOT_AUTHENTICATED -> of(Problem.unauthenticated(reason));
      case FORBIDDEN -> of(Problem.forbidden(reason));
      default -> later(reason);
    };
  }

  public void send(HttpServerRequest request) {
    var response = request.response();
    if (response.ended() || response.closed()) return;
    if (problem.retryAfterSeconds() > 0) {
      response.putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(problem.retryAfterSeconds()));
    }
    if (problem.status() == 401) response.putHeader("WWW-Authenticate", "Bearer");
    response
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
        .end(Json.encode(problem.body()));
  }
}
