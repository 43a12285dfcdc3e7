package dev.boardcast.gateway;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/**
 * The token and subprotocols a client offers in its handshake. Taken out of the request, so that no
 * log further down can show the token.
 *
 * @param answer the subprotocol to choose: {@code boardcast.v1} where offered; else the one with
 *     the token, because a browser drops a connection that chooses none of its offers
 */
public record OfferedCredentials(Optional<String> token, Optional<String> answer) {
  static final String PROTOCOL = "boardcast.v1";

  private static final String SUBPROTOCOL_HEADER = "Sec-WebSocket-Protocol";
  private static final String BEARER_PROTOCOL = "bearer.";
  private static final String BEARER_SCHEME = "bearer ";

  /** Reads and removes them; the header wins over the subprotocol, that over the query. */
  public static OfferedCredentials take(HttpServerRequest request) {
    Optional<String> inProtocol = Optional.empty();
    Optional<String> answer = Optional.empty();
    for (String header : request.headers().getAll(SUBPROTOCOL_HEADER)) {
      for (String offered : header.split(",")) {
        String protocol = offered.strip();
        if (protocol.equals(PROTOCOL)) answer = Optional.of(PROTOCOL);
        if (protocol.startsWith(BEARER_PROTOCOL) && inProtocol.isEmpty()) {
          inProtocol = Optional.of(protocol);
        }
      }
    }
    Optional<String> ofProtocol =
        inProtocol.map(protocol -> protocol.substring(BEARER_PROTOCOL.length()));
    Optional<String> token =
        bearer(request.getHeader(HttpHeaders.AUTHORIZATION))
            .or(() -> ofProtocol)
            .or(() -> Optional.ofNullable(request.getParam("token")))
            .filter(text -> !text.isEmpty());
    request.headers().remove(SUBPROTOCOL_HEADER).remove(HttpHeaders.AUTHORIZATION);
    return new OfferedCredentials(token, answer.isPresent() ? answer : inProtocol);
  }

  /** Puts the choice into the handshake's answer. */
  void choose(HttpServerRequest request) {
    answer.ifPresent(protocol -> request.response().putHeader(SUBPROTOCOL_HEADER, protocol));
  }

  /** Never the token. */
  @Override
  public String toString() {
    return "Offer[" + (token.isPresent() ? "with" : "without") + " token]";
  }

  private static Optional<String> bearer(String header) {
    if (header == null
        || !header.regionMatches(true, 0, BEARER_SCHEME, 0, BEARER_SCHEME.length())) {
      return Optional.empty();
    }
    return Optional.of(header.substring(BEARER_SCHEME.length()).strip());
  }
}
