package dev.boardcast.http;

import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Routes;
import io.vertx.ext.web.Router;

/**
 * Answers 503 on every path that no route before it serves, because the role that may serve it runs
 * on other nodes. Mount it last.
 */
public final class MissingRole implements Routes {
  private static final int RETRY_AFTER_SECONDS = 5;

  private final String role;

  public MissingRole(String role) {
    this.role = role;
  }

  @Override
  public void mount(Router router) {
    router
        .route()
        .handler(
            context ->
                context.fail(
                    Problem.unavailable(
                        "this node does not have the role "
                            + role
                            + "; send the request to a node that has it",
                        RETRY_AFTER_SECONDS)));
  }
}
