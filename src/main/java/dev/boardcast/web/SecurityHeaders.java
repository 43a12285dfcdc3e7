package dev.boardcast.web;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Headers of every response: the date, and what browsers may do with it. */
public final class SecurityHeaders {
  public static final String CONTENT_SECURITY_POLICY = "Content-Security-Policy";

  private static final CharSequence POLICY = HttpHeaders.createOptimized(CONTENT_SECURITY_POLICY);
  private static final CharSequence DATA_POLICY =
      HttpHeaders.createOptimized("default-src 'none'; frame-ancestors 'none'");
  private static final CharSequence OPTIONS = HttpHeaders.createOptimized("X-Content-Type-Options");
  private static final CharSequence NO_SNIFF = HttpHeaders.createOptimized("nosniff");
  private static final CharSequence REFERRER = HttpHeaders.createOptimized("Referrer-Policy");
  // Addresses of older clients have a token in their query.
  private static final CharSequence NO_REFERRER = HttpHeaders.createOptimized("no-referrer");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized(Caching.NONE);

  private static final CharSequence AUTHORIZATION = HttpHeaders.createOptimized("Authorization");

  private SecurityHeaders() {}

  /**
   * Sets those of data, which is neither shown as a page nor framed; a page replaces the policy.
   */
  public static void set(HttpServerResponse response) {
    DateHeader.set(response);
    response
        .putHeader(OPTIONS, NO_SNIFF)
        .putHeader(REFERRER, NO_REFERRER)
        .putHeader(POLICY, DATA_POLICY);
  }

  /** Completes the headers of a response that depends on its caller. */
  public static void setPrivate(HttpServerResponse response) {
    MultiMap headers = response.headers();
    if (!headers.contains(HttpHeaders.CACHE_CONTROL)) {
      headers.set(HttpHeaders.CACHE_CONTROL, NO_STORE);
    }
    headers.add(HttpHeaders.VARY, AUTHORIZATION);
  }
}
