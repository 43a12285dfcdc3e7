package dev.boardcast.gateway.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.gateway.GatewayFixture;
import dev.boardcast.gateway.RawClient;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Compression where it is on: agreed on in the handshake, in both directions, message by message.
 */
class PerMessageDeflateIT {
  private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate";
  private static final String PATH = "/ws?topics=routing";

  private final PerMessageDeflate codec = new PerMessageDeflate();
  private final GatewayFixture gateway =
      new GatewayFixture(
          Settings.of(
              GatewayConfig.class,
              "gateway-max-sessions=100",
              "gateway-max-frame=4096",
              "gateway-max-subscriptions=10",
              "gateway-compression=on",
              "gateway-path-limits="));

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void largeMessagesComeCompressedToWhoOfferedIt() throws Exception {
    try (var client = new RawClient(gateway.port(), PATH, OFFER + "; client_max_window_bits");
        var plain = new RawClient(gateway.port(), PATH)) {
      assertTrue(client.response().contains(PerMessageDeflate.ANSWER), client.response());
      assertFalse(plain.response().contains("deflate"), plain.response());
      until(client, "no numbers");
      until(plain, "no numbers");
      String data = "{\"filler\":\"" + "x".repeat(2_000) + "\"}";
      gateway.publish("routing", 1, data);
      byte[] small = client.nextCompressed();
      assertTrue(small.length < 300, small.length + " bytes");
      String big = new String(codec.expand(small, 10_000).orElseThrow(), StandardCharsets.UTF_8);
      assertTrue(big.contains(data), big);
      String same = plain.next();
      while (!same.contains("filler")) same = plain.next();
      assertEquals("text:" + big, same);
    }
  }

  @Test
  void compressedMessagesAreReadAndHeldToTheBoundByWhatTheyBecome() throws Exception {
    try (var client = new RawClient(gateway.port(), "/ws?topics=", OFFER)) {
      client.next();
      client.send(RawClient.frame(0xc1, compressed("{\"type\":\"ping\"}")));
      assertEquals("text:{\"type\":\"pong\"}", client.next());
      client.send(RawClient.frame(0xc1, compressed(" ".repeat(1_000_000))));
      assertEquals("close:1009", client.next());
    }
  }

  @Test
  void whatIsNotCompressedDataEndsTheSession() throws Exception {
    try (var client = new RawClient(gateway.port(), "/ws?topics=", OFFER)) {
      client.next();
      client.send(RawClient.frame(0xc1, new byte[] {7, 7, 7}));
      assertEquals("close:1002", client.next());
    }
  }

  @Test
  void anOfferThatCannotBeMetIsDeclined() throws Exception {
    try (var client = new RawClient(gateway.port(), PATH, OFFER + "; server_max_window_bits=9")) {
      assertFalse(client.response().contains("deflate"), client.response());
    }
  }

  private byte[] compressed(String text) {
    return codec.compress(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void until(RawClient client, String word) throws Exception {
    String next = client.next();
    while (!next.contains(word)) next = client.next();
  }
}
