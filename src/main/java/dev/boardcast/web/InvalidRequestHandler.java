package dev.boardcast.web;

import dev.boardcast.spi.Json;
import dev.boardcast.spi.Problem;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** Answers what a server could not read as HTTP with a {@link Problem}, and hangs up. */
public final class InvalidRequestHandler implements Handler<HttpServerRequest> {
  @Override
  public void handle(HttpServerRequest request) {
    var problem = problem(request.decoderResult().cause());
    SecurityHeaders.set(request.response());
    request
        .response()
        .putHeader(HttpHeaders.CACHE_CONTROL, Caching.NONE)
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .end(Buffer.buffer(Json.encode(problem.body())))
        .onComplete(told -> request.connection().close());
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
