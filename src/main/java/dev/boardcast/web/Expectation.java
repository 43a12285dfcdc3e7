package dev.boardcast.web;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/** What a request says of its body: whether it has one, and waits for a 100 before it sends it. */
public final class Expectation {
  static final String CONTINUE = "100-continue";

  private Expectation() {}

  /** Whether it has the expectation; a client of HTTP/1.0 does not know the status 100. */
  public static boolean isContinue(HttpServerRequest request) {
    return request.version() != HttpVersion.HTTP_1_0
        && CONTINUE.equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
  }

  /**
   * Whether the client of a connection of HTTP/1.1 waits: after a final status it may send the body
   * or not, so that where the next request begins is not certain.
   */
  public static boolean isWaiting(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_1_1 && isContinue(request) && hasBody(request);
  }

  /** Whether a request of HTTP/1 declares a body. */
  public static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }
}
