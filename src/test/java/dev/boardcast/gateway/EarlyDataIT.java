package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.http.HttpServerOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Frames that a client sends with its handshake, before the response, are processed. */
class EarlyDataIT {
  private static final byte[] PING = RawClient.frame(0x89, "x");
  private static final byte[] SUBSCRIBE =
      RawClient.frame(0x81, "{\"type\":\"subscribe\",\"topics\":[\"agents\"]}");

  private final GatewayFixture gateway = new GatewayFixture(GatewayFixture.CONFIG);

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void messageInTheSegmentOfTheHandshakeIsAnswered() throws IOException {
    try (var client = RawClient.withEarlyData(gateway.port(), "/ws?topics=", SUBSCRIBE)) {
      assertTrue(client.response().startsWith("HTTP/1.1 101"), client.response());
      assertTrue(client.next().contains("connection_ack"));
      assertTrue(client.next().contains("\"subscribed\""));
    }
  }

  @Test
  void partialMessageInTheSegmentOfTheHandshakeIsCompletedLater() throws IOException {
    byte[] frames = joined(PING, SUBSCRIBE, PING);
    for (int cut : new int[] {1, 3, PING.length, PING.length + 1, frames.length - 1}) {
      byte[] first = Arrays.copyOf(frames, cut);
      try (var client = RawClient.withEarlyData(gateway.port(), "/ws?topics=", first)) {
        client.send(Arrays.copyOfRange(frames, cut, frames.length));
        assertTrue(client.next().contains("connection_ack"));
        assertEquals("pong:x", client.next());
        assertTrue(client.next().contains("\"subscribed\""));
        assertEquals("pong:x", client.next());
      }
    }
  }

  @Test
  void tokenInAnEarlyMessageIsAccepted() throws IOException {
    byte[] auth =
        RawClient.frame(
            0x81, "{\"type\":\"auth\",\"token\":\"" + GatewayFixture.token("ann") + "\"}");
    try (var client = RawClient.withEarlyData(gateway.port(), "/api/ws", joined(auth, PING))) {
      assertTrue(client.next().contains("\"user_id\":\"ann\""));
      assertEquals("pong:x", client.next());
    }
  }

  @Test
  void earlyCloseFrameIsAnswered() throws IOException {
    byte[] close = RawClient.frame(0x88, new byte[] {3, (byte) 0xe8});
    try (var client = RawClient.withEarlyData(gateway.port(), "/ws?topics=", close)) {
      assertTrue(client.next().contains("connection_ack"));
      assertEquals("close:1000", client.next());
      assertEquals("end", client.next());
    }
  }

  @Test
  void floodOfEarlyMessagesClosesWith4429() throws IOException {
    var flood = new ByteArrayOutputStream();
    for (int i = 0; i < 1_000; i++) flood.writeBytes(PING);
    try (var client = RawClient.withEarlyData(gateway.port(), "/ws?topics=", flood.toByteArray())) {
      String last = client.next();
      while (!last.startsWith("close") && !last.equals("end")) last = client.next();
      assertEquals("close:4429", last);
    }
  }

  @Test
  void earlyMessageReachesAChannelThatIsNotTakenOver() throws IOException {
    int port = gateway.hostPort(new HttpServerOptions().setLogActivity(true));
    try (var client = RawClient.withEarlyData(port, "/boards/ws?topics=", SUBSCRIBE)) {
      assertTrue(client.next().contains("connection_ack"));
      assertTrue(client.next().contains("\"subscribed\""));
    }
  }

  private static byte[] joined(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) all.writeBytes(part);
    return all.toByteArray();
  }
}
