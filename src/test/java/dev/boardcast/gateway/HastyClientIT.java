package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.gateway.transport.ChannelTakeover;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client says together with its handshake, before there is an answer, is heard. */
class HastyClientIT {
  private static final byte[] PING = RawClient.frame(0x89, "x");
  private static final byte[] SUBSCRIBE =
      RawClient.frame(0x81, "{\"type\":\"subscribe\",\"topics\":[\"agents\"]}");

  private final GatewayFixture gateway = new GatewayFixture(GatewayFixture.CONFIG);

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void aFirstMessageInTheSameSegmentIsAnswered() throws IOException {
    try (var client = RawClient.hasty(gateway.port(), "/ws?topics=", SUBSCRIBE)) {
      assertTrue(client.answer().startsWith("HTTP/1.1 101"), client.answer());
      assertTrue(client.next().contains("connection_ack"));
      assertTrue(client.next().contains("\"subscribed\""));
    }
  }

  @Test
  void whatFollowsAHalfMessageInTheSameSegmentCompletesIt() throws IOException {
    byte[] several = joined(PING, SUBSCRIBE, PING);
    for (int cut : new int[] {1, 3, PING.length, PING.length + 1, several.length - 1}) {
      byte[] first = Arrays.copyOf(several, cut);
      try (var client = RawClient.hasty(gateway.port(), "/ws?topics=", first)) {
        client.send(Arrays.copyOfRange(several, cut, several.length));
        assertTrue(client.next().contains("connection_ack"));
        assertEquals("pong:x", client.next());
        assertTrue(client.next().contains("\"subscribed\""));
        assertEquals("pong:x", client.next());
      }
    }
  }

  @Test
  void aTokenInTheFirstMessageIsTakenThough() throws IOException {
    byte[] auth =
        RawClient.frame(
            0x81, "{\"type\":\"auth\",\"token\":\"" + GatewayFixture.token("ann") + "\"}");
    try (var client = RawClient.hasty(gateway.port(), "/api/ws", joined(auth, PING))) {
      assertTrue(client.next().contains("\"user_id\":\"ann\""));
      assertEquals("pong:x", client.next());
    }
  }

  @Test
  void oneThatSaysGoodbyeAtOnceGetsItsAnswer() throws IOException {
    byte[] goodbye = RawClient.frame(0x88, new byte[] {3, (byte) 0xe8});
    try (var client = RawClient.hasty(gateway.port(), "/ws?topics=", goodbye)) {
      assertTrue(client.next().contains("connection_ack"));
      assertEquals("close:1000", client.next());
      assertEquals("end", client.next());
    }
  }

  @Test
  void aFloodBehindTheHandshakeEndsWithTheCodeOfOne() throws IOException {
    var flood = new ByteArrayOutputStream();
    for (int i = 0; i < 1_000; i++) flood.writeBytes(PING);
    try (var client = RawClient.hasty(gateway.port(), "/ws?topics=", flood.toByteArray())) {
      String last = client.next();
      while (!last.startsWith("close") && !last.equals("end")) last = client.next();
      assertEquals("close:4429", last);
    }
  }

  @Test
  void aChannelThatIsNotTakenOverHearsItToo() throws IOException {
    HttpServer server =
        gateway
            .vertx
            .createHttpServer(new HttpServerOptions().setLogActivity(true))
            .requestHandler(HastyClientIT::echo);
    GatewayFixture.await(server.listen(0, "127.0.0.1"));
    byte[] hello = RawClient.frame(0x81, "hello");
    try (var client = RawClient.hasty(server.actualPort(), "/", hello)) {
      assertEquals("text:hello", client.next());
    }
  }

  private static void echo(HttpServerRequest request) {
    var early = ChannelTakeover.hold(request).orElseThrow();
    request
        .toWebSocket()
        .onSuccess(socket -> socket.textMessageHandler(socket::writeTextMessage))
        .onComplete(done -> early.letGo());
  }

  private static byte[] joined(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) all.writeBytes(part);
    return all.toByteArray();
  }
}
