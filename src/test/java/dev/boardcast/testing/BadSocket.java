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
  private static final int MANY = 200;
  private static final int TRIES = 10;

  /** Says what there is to say, and compares what comes of it. */
  public void assertAnswered() {
    String[] answer = bad.answer().split(" ");
    switch (answer[0]) {
      case "refused" -> assertRefused(answer[1]);
      case "close" -> assertClosed(Integer.parseInt(answer[1]));
      case "error" -> assertTold(answer[1]);
      default -> fail("no answer is called " + bad.answer());
    }
  }

  private void assertRefused(String status) {
    try {
      connect().close();
      fail("let in");
    } catch (IllegalStateException refused) {
      var why = (UpgradeRejectedException) refused.getCause();
      assertEquals(status, Integer.toString(why.getStatus()));
      assertEquals("application/problem+json", why.getHeaders().get("Content-Type"));
    }
  }

  private void assertClosed(int code) {
    try (var socket = connect()) {
      say(socket);
      assertEquals(code, socket.closeCode(), socket::closeReason);
      String reason = socket.closeReason();
      String named = bad.named().isEmpty() ? "" : bad.named() + ": expected ";
      assertTrue(reason.startsWith(named) || reason.equals(bad.named()), reason);
      BadInput.assertNothingInternal(reason);
    }
  }

  private void assertTold(String code) {
    try (var socket = connect()) {
      say(socket);
      JsonNode error = socket.next("error");
      JsonNode told = error.has("data") ? error.get("data") : error;
      assertEquals(code, told.get("code").asText());
      assertEquals(bad.named(), told.path("topic").asText());
      BadInput.assertNothingInternal(told.get("message").asText());
      if (!error.has("data")) socket.settle(); // The session goes on.
      assertFalse(socket.isClosed());
    }
  }

  /**
   * The client library trips over a close frame that comes in one piece with the handshake, and
   * then cannot say its code: another try may be luckier.
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

  private void say(WsClient socket) {
    String said = bad.sent();
    if (said.startsWith(BINARY)) {
      socket.sendBinary(said.substring(BINARY.length()).getBytes(ISO_8859_1));
    } else if (said.startsWith(FLOOD)) {
      for (int i = 0; i < MANY; i++) socket.send(said.substring(FLOOD.length()));
    } else if (!said.isEmpty()) {
      socket.sendRawText(said.getBytes(ISO_8859_1));
    }
  }
}
