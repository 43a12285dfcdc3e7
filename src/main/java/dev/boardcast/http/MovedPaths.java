package dev.boardcast.http;

import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Routes;
import io.vertx.ext.web.Router;
import java.util.List;

/** Answers 404 for the paths of administration, where the node serves them on another port. */
public final class MovedPaths implements Routes {
  private static final List<String> PATHS =
      List.of("/metrics", "/admin", "/admin/*", "/api/v1/admin", "/api/v1/admin/*");

  @Override
  public void mount(Router router) {
    for (String path : PATHS) {
      router
          .route(path)
          .handler(
              context ->
                  context.fail(
                      Problem.of(404, "Not found", "this is served on the node's admin-port")));
    }
  }
}
