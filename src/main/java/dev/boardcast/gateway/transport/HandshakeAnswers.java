package dev.boardcast.gateway.transport;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/**
 * Writes the answers to WebSocket handshakes that were checked (RFC 6455, 4.2.2). One event loop.
 */
final class HandshakeAnswers {
  private static final String KEY = "Sec-WebSocket-Key";
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final String HEAD =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Accept: ";

  private final MessageDigest sha1;

  HandshakeAnswers() {
    try {
      sha1 = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException defect) {
      throw new IllegalStateException(defect);
    }
  }

  /** The whole answer: status 101, and the headers that the response to the request has so far. */
  byte[] to(HttpServerRequest request) {
    var answer = new StringBuilder(512).append(HEAD);
    answer.append(acceptance(request.getHeader(KEY))).append("\r\n");
    for (Map.Entry<String, String> header : request.response().headers()) {
      if (isOfTheUpgrade(header.getKey())) continue;
      answer.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
    }
    return answer.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private String acceptance(String key) {
    byte[] digest = sha1.digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
    return Base64.getEncoder().encodeToString(digest);
  }

  private static boolean isOfTheUpgrade(String name) {
    return HttpHeaders.CONNECTION.toString().equalsIgnoreCase(name)
        || HttpHeaders.UPGRADE.toString().equalsIgnoreCase(name);
  }
}
