package dev.boardcast.http;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.List;
import java.util.Set;

/**
 * Lets pages of other origins read what is answered (CORS). A page of an origin that is not named
 * is answered as if this did not exist, and its browser keeps the answer from it; Vert.x's handler
 * alone would refuse it, and with it our own pages when they write. Tokens travel in a header that
 * no browser adds by itself, so credentials are not allowed. Thread safe.
 */
final class CorsPolicy implements Handler<RoutingContext> {
  static final String ANY = "*";

  private static final int PREFLIGHT_SECONDS = 600;
  private static final Set<HttpMethod> METHODS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PATCH, HttpMethod.DELETE);
  private static final Set<String> READABLE =
      Set.of("ETag", "Idempotency-Replayed", "Location", "Retry-After", "WWW-Authenticate");

  private final Set<String> allowed;
  private final CorsHandler cors = CorsHandler.create();

  CorsPolicy(List<String> allowed) {
    this.allowed = allowed.stream().map(CorsPolicy::asSent).collect(toUnmodifiableSet());
    // Who is asked about, is allowed. By a pattern: of one name, or of all, Vert.x leaves out that
    // answers vary, and a cache may have got one without the origin's name.
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

  /** Browsers leave out the port that a scheme has by itself. */
  private static String asSent(String origin) {
    return origin.replaceFirst("^(http://.*):80$|^(https://.*):443$", "$1$2");
  }

  private boolean isAny() {
    return allowed.contains(ANY);
  }
}
