package dev.boardcast.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.stream.Collectors;

/** Answers 405 with the methods that a path has, in {@code Allow} (RFC 9110, 15.5.6). */
public final class MethodNotAllowed implements Handler<RoutingContext> {
  private final String allowed;

  public MethodNotAllowed(Collection<HttpMethod> allowed) {
    this.allowed =
        allowed.stream()
            .map(HttpMethod::name)
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
  }

  @Override
  public void handle(RoutingContext context) {
    context.response().putHeader(HttpHeaders.ALLOW, allowed);
    context.fail(405);
  }
}
