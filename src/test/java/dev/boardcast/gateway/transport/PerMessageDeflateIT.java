package dev.boardcast.gateway.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.gateway.GatewayFixture;
import dev.boardcast.gateway.GatewayFixture.Address;
import dev.boardcast.gateway.GatewayFixture.Server;
import dev.boardcast.gateway.RawClient;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
      assertTrue(
          client
              .response()
              .contains(
                  "permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n"),
          client.response());
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

  @ParameterizedTest
  @EnumSource(Server.class)
  void aBrokenStreamClosesWith1007(Server server) throws Exception {
    Address at = gateway.address(server);
    byte[] good = compressed("{\"type\":\"ping\"}" + " ".repeat(300));
    for (byte[] broken :
        List.of(
            new byte[] {7, 7, 7},
            new byte[0],
            Arrays.copyOf(good, good.length / 2),
            Arrays.copyOf(good, good.length - 1),
            // A block of four bytes that has two.
            new byte[] {0, 4, 0, (byte) 0xfb, (byte) 0xff, 'a', 'b'})) {
      for (int head : new int[] {0xc1, 0x41}) {
        try (var client = new RawClient(at.port(), at.prefix() + "/ws?topics=", OFFER)) {
          client.next();
          client.send(RawClient.frame(head, broken));
          if (head == 0x41) client.send(RawClient.frame(0x80, new byte[0]));
          assertEquals("close:1007", client.next(), Arrays.toString(broken));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void offersAreAnsweredByRfc7692(Server server) throws Exception {
    Address at = gateway.address(server);
    for (String[] row : DeflateNegotiationTest.ROWS) {
      // Vert.x's own handler, which a host's server has by default, ends the connection.
      if (server == Server.HOST && row[0].endsWith("=x")) continue;
      String[] lines =
          Arrays.stream(row[0].split("~"))
              .map(line -> "Sec-WebSocket-Extensions: " + line)
              .toArray(String[]::new);
      try (var client = new RawClient(at.port(), at.prefix() + PATH, lines)) {
        String response = client.response();
        assertTrue(response.startsWith("HTTP/1.1 101"), response);
        String answer =
            response
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-ext"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .reduce("", String::concat);
        assertEquals(row[1], answer, row[0]);
      }
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
