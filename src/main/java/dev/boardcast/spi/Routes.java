package dev.boardcast.spi;

import io.vertx.ext.web.Router;

/**
 * A part of the HTTP API. Bodies other than NDJSON are read before a route's handler runs, tokens
 * are verified (see {@link RequestPrincipal}), and a thrown {@link Problem} is sent as {@code
 * application/problem+json}.
 */
@FunctionalInterface
public interface Routes {
  /**
   * Adds the routes. Each has its OpenAPI {@code operationId} as its name.
   *
   * @param router of one event loop
   */
  void mount(Router router);
}
