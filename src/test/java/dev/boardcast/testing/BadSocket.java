package dev.boardcast.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import java.util.List;
import java.util.Map;

/**
 * Bad input over a WebSocket of its own.
 *
 * @param uri of the node's port, without the path
 */
public record BadSocket(Vertx vertx, String uri, Map<String, String> headers, BadInput bad) {
  private static final String BINARY = "‹binary›";
  private static final String FLOOD = "‹flood›";
  private static final int FLOOD_SIZE = 200;
  private static final int TRIES = 10;

  /** Sends the input and compares the reaction. */
  public void assertAnswered() {
    String[] answer = bad.answer().split(" ");
    switch (answer[0]) {
      case "refused" -> assertRefused(answer[1]);
      case "close" -> assertClosed(Integer.parseInt(answer[1]));
      case "error" -> assertError(answer[1]);
      default -> fail("no answer is called " + bad.answer());
    }
  }

  private void assertRefused(String status) {
    try {
      connect().close();
      fail("the handshake succeeded");
    } catch (IllegalStateException refused) {
      var why = (UpgradeRejectedException) refused.getCause();
      assertEquals(status, Integer.toString(why.getStatus()));
      assertEquals("application/problem+json", why.getHeaders().get("Content-Type"));
    }
  }

  private void assertClosed(int code) {
    try (var socket = connect()) {
      sendInput(socket);
      assertEquals(code, socket.closeCode(), socket::closeReason);
      String reason = socket.closeReason();
      String named = bad.named().isEmpty() ? "" : bad.named() + ": expected ";
      assertTrue(reason.startsWith(named) || reason.equals(bad.named()), reason);
      BadInput.assertNothingInternal(reason);
    }
  }

  private void assertError(String code) {
    try (var socket = connect()) {
      sendInput(socket);
      JsonNode error = socket.next("error");
      JsonNode body = error.has("data") ? error.get("data") : error;
      assertEquals(code, body.get("code").asText());
      assertEquals(bad.named(), body.path(body.has("field") ? "field" : "topic").asText());
      BadInput.assertNothingInternal(body.get("message").asText());
      if (!error.has("data")) socket.settle(); // The session goes on.
      assertFalse(socket.isClosed());
    }
  }

  /**
   * Retries: the client library fails to read the code of a close frame that arrives with the
   * handshake's response.
   */
  private WsClient connect() {
    for (int left = TRIES; ; left--) {
      try {
        return WsClient.connect(vertx, uri + bad.path(), headers, List.of());
      } catch (IllegalStateException failure) {
        if (left == 0 || !(failure.getCause() instanceof IllegalStateException)) throw failure;
      }
    }
  }

  private void sendInput(WsClient socket) {
    String input = bad.sent();
    if (input.startsWith(BINARY)) {
      socket.sendBinary(input.substring(BINARY.length()).getBytes(ISO_8859_1));
    } else if (input.startsWith(FLOOD)) {
      for (int i = 0; i < FLOOD_SIZE; i++) socket.send(input.substring(FLOOD.length()));
    } else if (!input.isEmpty()) {
      socket.sendRawText(input.getBytes(ISO_8859_1));
    }
  }
}
