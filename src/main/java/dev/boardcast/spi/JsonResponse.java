package dev.boardcast.spi;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Sends JSON responses, unless the client has disconnected or the response was sent already. */
public final class JsonResponse {
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

  private JsonResponse() {}

  /** Sends a value as JSON, encoded with {@link Json#MAPPER}. */
  public static void json(RoutingContext context, int status, Object value) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) return;
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
        .end(Buffer.buffer(Json.encode(value)));
  }

  /** Sends 204 No Content. */
  public static void noContent(RoutingContext context) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) return;
    response.setStatusCode(204).end();
  }
}
