package dev.boardcast.gateway;

import dev.boardcast.gateway.protocol.Endpoint;
import dev.boardcast.spi.Problem;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.Set;

/**
 * A validated request for Server-Sent Events.
 *
 * @param endpoint its topics, each with the offset to resume after
 */
record SseRequest(Endpoint endpoint, Optional<String> token) {
  static final String PATH = "/api/v1/stream";

  private static final String LAST_EVENT_ID = "Last-Event-ID";
  private static final Set<String> PARAMETERS = Set.of("topics", "subscribe", "since", "token");

  /**
   * @throws Problem 400 naming a parameter that is unknown, repeated or wrong, 405 for another
   *     method
   */
  static SseRequest of(HttpServerRequest request, MultiMap query) {
    AllowedMethods.require(request);
    for (String name : query.names()) {
      if (!PARAMETERS.contains(name)) {
        throw Problem.invalid(
            name, "no such parameter, but one of since, subscribe, token, topics");
      }
      boolean list = name.equals("topics");
      if (!list && query.getAll(name).size() > 1) throw Problem.invalid(name, "at most one value");
    }
    if (query.contains("subscribe") && query.contains("topics")) {
      throw Problem.invalid("subscribe", "no topics beside it");
    }
    String lastId = request.getHeader(LAST_EVENT_ID);
    String since = lastId == null || lastId.isEmpty() ? query.get("since") : lastId;
    return new SseRequest(
        EndpointTable.serverSentEvents(query::getAll, since, lastId != null && !lastId.isEmpty()),
        OfferedCredentials.take(request, query).token());
  }
}
