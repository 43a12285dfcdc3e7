package dev.boardcast.spi;

import io.vertx.ext.web.RoutingContext;
import java.util.regex.Pattern;

/**
 * Tells the two parts of a request's path apart: where the application mounted the node, and the
 * path of the node's API.
 */
public final class RequestPath {
  private static final String FORWARDED_PREFIX = "X-Forwarded-Prefix";
  private static final Pattern PREFIX = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

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

  /**
   * The base as the client sees it: {@link #base} after the prefix that a proxy stripped and named
   * in {@code X-Forwarded-Prefix}. A header that is not a path without a slash at its end, or that
   * occurs twice, is ignored; a client that forges it misleads only itself.
   */
  static String baseOfClient(RoutingContext context) {
    var prefixes = context.request().headers().getAll(FORWARDED_PREFIX);
    boolean isPrefixed = prefixes.size() == 1 && PREFIX.matcher(prefixes.get(0)).matches();
    return (isPrefixed ? prefixes.get(0) : "") + base(context);
  }
}
