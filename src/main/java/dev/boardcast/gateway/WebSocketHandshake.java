package dev.boardcast.gateway;

import dev.boardcast.gateway.transport.WebSocketUpgrade;
import dev.boardcast.spi.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Base64;
import java.util.List;

/**
 * Checks the request of a WebSocket handshake by RFC 6455 (4.2.1). A header field in several lines
 * is one list.
 */
final class WebSocketHandshake {
  private static final String KEY = "Sec-WebSocket-Key";
  private static final String VERSION = "Sec-WebSocket-Version";
  private static final String EXTENSIONS = "Sec-WebSocket-Extensions";
  private static final String SUPPORTED = "13";
  private static final int KEY_CHARACTERS = 24;
  private static final int KEY_BYTES = 16;

  private WebSocketHandshake() {}

  /**
   * Checks all but the body.
   *
   * @param compression whether extensions are negotiated; if not, their header is ignored
   * @throws Problem 501 over HTTP/2, 426 when it asks for no WebSocket of version 13, 400 when
   *     something else is not as it must be
   */
  static void check(HttpServerRequest request, boolean compression) {
    if (request.version() == HttpVersion.HTTP_2) {
      throw Problem.of(
          501, "Not implemented", "WebSocket over HTTP/2 is not implemented; use HTTP/1.1");
    }
    var headers = request.headers();
    boolean asks = contains(headers.getAll(HttpHeaders.UPGRADE), "websocket");
    if (asks && request.version() == HttpVersion.HTTP_1_0) {
      throw bad("HTTP/1.0 has no upgrade; use HTTP/1.1");
    }
    if (!asks
        || request.method() != HttpMethod.GET
        || !headers.contains(VERSION, SUPPORTED, false)) {
      request
          .response()
          .putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE)
          .putHeader(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET)
          .putHeader(VERSION, SUPPORTED);
      throw Problem.of(426, "Upgrade required", "this path speaks WebSocket");
    }
    if (!contains(headers.getAll(HttpHeaders.CONNECTION), "upgrade")) {
      throw bad("a handshake has the header Connection: Upgrade");
    }
    if (!isKey(headers.getAll(KEY))) {
      throw Problem.invalid(KEY, "16 bytes in base64, once");
    }
    if (compression) checkExtensions(request);
  }

  /** Sets what Vert.x reads of the first line of a header only. */
  static void unite(HttpServerRequest request) {
    request
        .headers()
        .set(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE)
        .set(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET);
  }

  private static void checkExtensions(HttpServerRequest request) {
    try {
      WebSocketUpgrade.checkExtensions(request);
    } catch (IllegalArgumentException malformed) {
      throw Problem.invalid(EXTENSIONS, "a list of extensions with parameters");
    }
  }

  private static boolean isKey(List<String> lines) {
    if (lines.size() != 1 || lines.get(0).length() != KEY_CHARACTERS) return false;
    try {
      return Base64.getDecoder().decode(lines.get(0)).length == KEY_BYTES;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  /** Whether a token is in a list that may be spread over several lines. */
  private static boolean contains(List<String> lines, String token) {
    for (String line : lines) {
      for (String each : line.split(",")) {
        if (each.strip().equalsIgnoreCase(token)) return true;
      }
    }
    return false;
  }

  private static Problem bad(String detail) {
    return Problem.of(400, "Bad request", detail);
  }
}
