package dev.boardcast.web;

import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/**
 * Answers the requests of some paths on a port of the node without a router, which costs the
 * handshake of a session more than what the handshake itself does. Thread safe.
 */
public interface DirectRequests {
  /**
   * Whether it answers a request.
   *
   * @param path normalized, relative to the base path of the node
   */
  boolean takes(HttpServerRequest request, String path);

  /**
   * What the log shows as the path of a request that it takes.
   *
   * @return empty where nothing is known of the path but what the client wrote
   */
  Optional<String> template(String path);

  /** Answers a request that it takes, whose syntax was checked. */
  void handle(HttpServerRequest request, String path);
}
