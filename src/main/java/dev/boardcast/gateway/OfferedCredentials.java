package dev.boardcast.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/**
 * The token and the subprotocols that a client offers with its request. They are removed from the
 * request's headers, so that no later log can show the token.
 *
 * @param subprotocol the one to choose: {@code boardcast.v1} where offered; else the one with the
 *     token, because a browser closes a connection that chooses none of its offers
 */
record OfferedCredentials(Optional<String> token, Optional<String> subprotocol) {
  static final String PROTOCOL = "boardcast.v1";

  private static final String SUBPROTOCOL_HEADER = "Sec-WebSocket-Protocol";
  private static final String BEARER_PROTOCOL = "bearer.";
  private static final String BEARER_SCHEME = "bearer ";

  /**
   * Reads and removes them. The header takes precedence over the subprotocol, that over the query.
   */
  public static OfferedCredentials take(HttpServerRequest request, MultiMap query) {
    Optional<String> inProtocol = Optional.empty();
    Optional<String> chosen = Optional.empty();
    for (String header : request.headers().getAll(SUBPROTOCOL_HEADER)) {
      for (String offered : header.split(",")) {
        String protocol = offered.strip();
        if (protocol.equals(PROTOCOL)) chosen = Optional.of(PROTOCOL);
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
            .or(() -> Optional.ofNullable(query.get("token")))
            .filter(text -> !text.isEmpty());
    request.headers().remove(SUBPROTOCOL_HEADER).remove(HttpHeaders.AUTHORIZATION);
    return new OfferedCredentials(token, chosen.isPresent() ? chosen : inProtocol);
  }

  /** Puts the chosen subprotocol into the answer to the handshake. */
  void choose(HttpServerRequest request) {
    subprotocol.ifPresent(protocol -> request.response().putHeader(SUBPROTOCOL_HEADER, protocol));
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "OfferedCredentials[" + (token.isPresent() ? "with" : "without") + " token]";
  }

  private static Optional<String> bearer(String header) {
    if (header == null
        || !header.regionMatches(true, 0, BEARER_SCHEME, 0, BEARER_SCHEME.length())) {
      return Optional.empty();
    }
    return Optional.of(header.substring(BEARER_SCHEME.length()).strip());
  }
}
