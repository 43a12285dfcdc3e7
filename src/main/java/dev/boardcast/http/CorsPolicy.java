package dev.boardcast.http;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.boardcast.web.OriginPolicy;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.List;
import java.util.Set;

/**
 * Allows pages of the configured origins to read responses (CORS). Requests of other origins get no
 * CORS headers, so their browsers withhold the response; Vert.x's handler alone would reject them,
 * and with them the writes of our own pages. Tokens are sent in a header that browsers do not add
 * by themselves, so credentials are not allowed. Thread safe.
 */
final class CorsPolicy implements Handler<RoutingContext> {
  static final String ANY = OriginPolicy.ANY;

  private static final int PREFLIGHT_SECONDS = 600;
  private static final Set<HttpMethod> METHODS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PATCH, HttpMethod.DELETE);
  private static final Set<String> READABLE =
      Set.of("ETag", "Idempotency-Replayed", "Location", "Retry-After", "WWW-Authenticate");

  private final Set<String> allowed;
  private final CorsHandler cors = CorsHandler.create();

  CorsPolicy(List<String> allowed) {
    this.allowed = allowed.stream().map(CorsPolicy::asSent).collect(toUnmodifiableSet());
    // handle() checks the origin. A pattern, because for one name or for * Vert.x omits Vary, and a
    // cache could serve a response without the header of the origin.
    cors.addOriginWithRegex(".+");
    cors.allowedMethods(METHODS).exposedHeaders(READABLE).maxAgeSeconds(PREFLIGHT_SECONDS);
  }

  @Override
  public void handle(RoutingContext context) {
    String origin = context.request().getHeader(HttpHeaders.ORIGIN);
    if (origin == null || isAny() || allowed.contains(origin)) {
      cors.handle(context);
    } else {
      context.response().headers().add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
      context.next();
    }
  }

  /** Browsers omit the default port of a scheme. */
  private static String asSent(String origin) {
    return origin.replaceFirst("^(http://.*):80$|^(https://.*):443$", "$1$2");
  }

  private boolean isAny() {
    return allowed.contains(ANY);
  }
}
