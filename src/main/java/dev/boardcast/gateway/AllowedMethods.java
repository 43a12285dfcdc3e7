package dev.boardcast.gateway;

import dev.boardcast.spi.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/** The methods of the gateway's paths: GET, and HEAD as everywhere. */
final class AllowedMethods {
  private AllowedMethods() {}

  /**
   * @throws Problem 405 for another method; the response names those allowed
   */
  static void require(HttpServerRequest request) {
    HttpMethod method = request.method();
    if (method == HttpMethod.GET || method == HttpMethod.HEAD) return;
    request.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
    throw Problem.of(405, "Method not allowed", method + " is not allowed here");
  }
}
