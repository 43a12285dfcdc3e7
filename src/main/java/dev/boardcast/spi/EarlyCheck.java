package dev.boardcast.spi;

import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A check of the caller that the node makes before it reads the body of a request. A route that
 * needs a token or a role declares it, so that the bodies of others are not read:
 *
 * <pre>{@code
 * EarlyCheck.on(router.post("/deploys"), ingest::authorize).handler(this::add);
 * }</pre>
 */
public final class EarlyCheck {
  private static final String KEY = "boardcast.early-check";

  private EarlyCheck() {}

  /**
   * Declares the check of a route. The route's own handlers still check what depends on the body.
   *
   * @param check throws a {@link Problem} to refuse; the parameters of the path are known
   * @return the route
   */
  public static Route on(Route route, Consumer<RoutingContext> check) {
    return route.putMetadata(KEY, check);
  }

  /** The check of a route; called by the node. */
  public static Optional<Consumer<RoutingContext>> of(Route route) {
    return Optional.ofNullable(route.getMetadata(KEY));
  }
}
