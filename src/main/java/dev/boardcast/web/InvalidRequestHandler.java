package dev.boardcast.web;

import dev.boardcast.spi.Json;
import dev.boardcast.spi.Problem;
import dev.boardcast.web.audit.RequestId;
import dev.boardcast.web.limits.AcceptedConnections;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/** Answers what a server could not read as HTTP with a {@link Problem}, and hangs up. */
public final class InvalidRequestHandler implements Handler<HttpServerRequest> {
  private static final int LINGER_MILLIS = 250;

  @Override
  public void handle(HttpServerRequest request) {
    refuse(request, problem(request.decoderResult().cause()));
  }

  /** Answers a request, and closes a connection of HTTP/1.1 soon after. */
  public static void refuse(HttpServerRequest request, Problem problem) {
    var response = request.response();
    SecurityHeaders.set(response);
    response
        .putHeader(HttpHeaders.CACHE_CONTROL, Caching.NONE)
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json");
    boolean isAlone = request.version() != HttpVersion.HTTP_2;
    if (isAlone) {
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      AcceptedConnections.stopReading(request);
    }
    response
        .end(Buffer.buffer(Json.encode(problem.body(RequestId.of(request)))))
        .onComplete(
            told -> {
              AcceptedConnections.end(request);
              if (isAlone) closeLater(request);
            });
  }

  /** A client that still sends would not see the answer if the connection were closed at once. */
  private static void closeLater(HttpServerRequest request) {
    Context context = Vertx.currentContext();
    if (context == null) request.connection().close();
    else context.owner().setTimer(LINGER_MILLIS, passed -> request.connection().close());
  }

  private static Problem problem(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return Problem.of(414, "URI too long", "the request line is longer than this server reads");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return Problem.of(431, "Headers too large", "the headers are larger than this server reads");
    }
    return Problem.of(400, "Bad request", "this is no well-formed HTTP request");
  }
}
