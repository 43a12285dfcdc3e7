package dev.boardcast.spi;

import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** The verified caller of an HTTP request. */
public final class RequestPrincipal {
  private static final String KEY = "boardcast.principal";

  private RequestPrincipal() {}

  /** The caller, empty when the request has no token. */
  public static Optional<Principal> of(RoutingContext context) {
    return Optional.ofNullable(context.get(KEY));
  }

  /**
   * The caller.
   *
   * @throws Problem 401 when the request has no token
   */
  public static Principal require(RoutingContext context) {
    return of(context)
        .orElseThrow(
            () -> Problem.unauthenticated("this needs a token: Authorization: Bearer <jwt>"));
  }

  /**
   * The caller, which must have a role.
   *
   * @throws Problem 401 without a token, 403 without the role
   */
  public static Principal requireRole(RoutingContext context, String role) {
    var principal = require(context);
    if (!principal.hasRole(role)) throw Problem.forbidden("this needs the role " + role);
    return principal;
  }

  /**
   * Requires that the caller may see what has this visibility.
   *
   * @throws Problem 401 without a token, 403 without the role
   */
  public static void requireVisible(RoutingContext context, Visibility visibility) {
    if (visibility.allows(of(context))) return;
    require(context);
    throw Problem.forbidden("this needs the role " + visibility.role());
  }

  /** Stores the caller; called by the node once the token is verified. */
  public static void set(RoutingContext context, Principal principal) {
    context.put(KEY, principal);
  }
}
