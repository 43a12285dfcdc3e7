package dev.boardcast.spi;

import io.vertx.ext.web.RoutingContext;

/**
 * Tells the two parts of a request's path apart: where the application mounted the node, and the
 * path of the node's API.
 */
public final class RequestPath {
  private RequestPath() {}

  /**
   * Where the node is mounted, such as {@code /dashboards}; empty at the root. Behind a proxy that
   * strips a prefix, without that prefix.
   */
  public static String base(RoutingContext context) {
    String mountPoint = context.mountPoint();
    if (mountPoint == null) return "";
    return mountPoint.endsWith("/") ? mountPoint.substring(0, mountPoint.length() - 1) : mountPoint;
  }

  /** The path below {@link #base}, such as {@code /api/v1/boards}; empty at the base itself. */
  public static String relative(RoutingContext context) {
    return context.request().path().substring(base(context).length());
  }
}
