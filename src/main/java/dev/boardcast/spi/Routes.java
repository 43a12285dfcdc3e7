package dev.boardcast.spi;

import io.vertx.ext.web.Router;

/** A room's part of the HTTP API. Each route carries its operationId as its name. */
@FunctionalInterface
public interface Routes {
  void mount(Router router);
}
