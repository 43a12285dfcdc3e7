package dev.boardcast.spi;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * An HTTP response that can be stored and sent again. Immutable.
 *
 * @param body empty for a response without a body (204)
 */
public record StoredResponse(
    int status, Optional<String> etag, Optional<String> location, Optional<RawJson> body) {

  /** A value as JSON, encoded with {@link Json#MAPPER}, without further headers. */
  public static StoredResponse json(int status, Object value) {
    return new StoredResponse(
        status, Optional.empty(), Optional.empty(), Optional.of(RawJson.encode(value)));
  }

  /** 204 No Content. */
  public static StoredResponse noContent() {
    return new StoredResponse(204, Optional.empty(), Optional.empty(), Optional.empty());
  }

  public StoredResponse withEtag(String tag) {
    return new StoredResponse(status, Optional.of(tag), location, body);
  }

  /**
   * @param path below where the node is mounted, such as {@code /api/v1/tasks/7}
   */
  public StoredResponse withLocation(String path) {
    return new StoredResponse(status, etag, Optional.of(path), body);
  }

  /** Sends the response, unless the client has disconnected or the response was sent already. */
  public void send(RoutingContext context) {
    var response = context.response();
    if (response.ended() || response.closed()) return;
    response.setStatusCode(status);
    etag.ifPresent(tag -> response.putHeader(HttpHeaders.ETAG, tag));
    location.ifPresent(
        path -> response.putHeader(HttpHeaders.LOCATION, RequestPath.baseOfClient(context) + path));
    if (body.isEmpty()) {
      response.end();
    } else {
      response
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
          .end(Buffer.buffer(body.get().bytes()));
    }
  }
}
