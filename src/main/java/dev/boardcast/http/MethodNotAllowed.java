package dev.boardcast.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** Answers 405 with the methods that a path has, in {@code Allow} (RFC 9110, 15.5.6). */
public final class MethodNotAllowed implements Handler<RoutingContext> {
  private static final String FOUND = "boardcast.allowed-methods";

  private final Collection<HttpMethod> allowed;

  public MethodNotAllowed(Collection<HttpMethod> allowed) {
    this.allowed = allowed;
  }

  @Override
  public void handle(RoutingContext context) {
    note(context, allowed);
    failIfAny(context);
  }

  /** The path of a request has these methods, and others that later routes add. */
  static void add(RoutingContext context, Collection<HttpMethod> methods) {
    note(context, methods);
    context.next();
  }

  /** Fails with 405 if methods were added. */
  static void failIfAny(RoutingContext context) {
    Set<String> names = context.get(FOUND);
    if (names == null) {
      context.next();
      return;
    }
    context.response().putHeader(HttpHeaders.ALLOW, String.join(", ", names));
    context.fail(405);
  }

  private static void note(RoutingContext context, Collection<HttpMethod> methods) {
    Set<String> names = context.get(FOUND);
    if (names == null) {
      names = new TreeSet<>();
      context.put(FOUND, names);
    }
    for (HttpMethod method : methods) names.add(method.name());
  }
}
