package dev.boardcast.web;

import dev.boardcast.spi.Problem;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Map;

/**
 * Refuses control characters in the path and the header fields of HTTP/2 requests, as RFC 9113
 * (8.2.1) asks: in HTTP/1.1, in a log or in another field they would begin a new line. The decoder
 * of HTTP/1.1 refuses them itself.
 */
public final class FieldSyntax {
  private FieldSyntax() {}

  /**
   * @throws Problem 400 when there is one
   */
  public static void check(HttpServerRequest request) {
    if (request.version() != HttpVersion.HTTP_2) return;
    if (!isClean(request.uri())) throw malformed("the path has control characters");
    for (Map.Entry<String, String> field : request.headers()) {
      if (!isClean(field.getKey()) || !isClean(field.getValue())) {
        throw malformed("a header field has control characters");
      }
    }
  }

  private static Problem malformed(String detail) {
    return Problem.of(400, "Bad request", detail);
  }

  private static boolean isClean(String text) {
    if (text == null) return true;
    for (int i = 0; i < text.length(); i++) {
      char at = text.charAt(i);
      if ((at < ' ' && at != '\t') || at == 0x7f) return false;
    }
    return true;
  }
}
