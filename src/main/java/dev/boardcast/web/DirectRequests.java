package dev.boardcast.web;

import io.vertx.core.http.HttpServerRequest;

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

  /** Answers a request that it takes, whose syntax was checked. */
  void handle(HttpServerRequest request, String path);
}
