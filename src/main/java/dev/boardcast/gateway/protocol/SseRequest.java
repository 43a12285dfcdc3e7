package dev.boardcast.gateway.protocol;

import dev.boardcast.gateway.OfferedCredentials;
import dev.boardcast.spi.Problem;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.Set;

/**
 * What a request for Server-Sent Events asks for, read as strictly as all of HTTP.
 *
 * @param endpoint its topics, each with the place to go on from
 */
public record SseRequest(Endpoint endpoint, Optional<String> token) {
  public static final String PATH = "/api/v1/stream";

  private static final String LAST_ID = "Last-Event-ID";
  private static final Set<String> KNOWN = Set.of("topics", "since", "token");

  /**
   * @throws Problem 400 naming a parameter that is unknown or repeated, 405 for another method
   */
  public static SseRequest of(HttpServerRequest request) {
    if (request.method() != HttpMethod.GET) {
      throw Problem.of(405, "Method not allowed", request.method() + " is not possible here");
    }
    for (String name : request.params().names()) {
      if (!KNOWN.contains(name)) {
        throw Problem.invalid(name, "no such parameter, but one of since, token, topics");
      }
      if (request.params().getAll(name).size() > 1)
        throw Problem.invalid(name, "at most one value");
    }
    String lastId = request.getHeader(LAST_ID);
    String since = lastId == null || lastId.isEmpty() ? request.getParam("since") : lastId;
    return new SseRequest(
        Endpoint.ofEvents(request::getParam, since), OfferedCredentials.take(request).token());
  }
}
