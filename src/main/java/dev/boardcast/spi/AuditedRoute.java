package dev.boardcast.spi;

import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.Function;

/**
 * Declares that the requests of a route are acts of the audit trail. The node then records each: a
 * request that runs in {@link Idempotency#respond} in the transaction of its write, a refused or
 * failed one after its response.
 *
 * <pre>{@code
 * AuditedRoute.on(router.delete("/deploys/:id"), "deploy.removed", "id").handler(this::remove);
 * }</pre>
 *
 * <p>A route that changes something outside of a transaction calls {@link AuditLog#begin} before.
 */
public final class AuditedRoute {
  private static final String KEY = "boardcast.audited-route";

  private AuditedRoute() {}

  /**
   * What the requests of a route do.
   *
   * @param action such as {@code team.created}: what, and what happened to it, in the past tense
   * @param target on what, as far as the head of a request tells it
   */
  public record Act(String action, Function<RoutingContext, String> target) {}

  /**
   * Declares a route's act.
   *
   * @param parameter of the path, whose value is the target
   * @return the route
   */
  public static Route on(Route route, String action, String parameter) {
    return on(route, new Act(action, context -> context.pathParam(parameter)));
  }

  /** Declares a route's act; its target is set by {@link AuditLog#target} during the act. */
  public static Route on(Route route, String action) {
    return on(route, new Act(action, context -> ""));
  }

  /** Declares a route's act. */
  public static Route on(Route route, Act act) {
    return route.putMetadata(KEY, act);
  }

  /** The act of a route; called by the node. */
  public static Optional<Act> of(Route route) {
    return Optional.ofNullable(route.getMetadata(KEY));
  }
}
