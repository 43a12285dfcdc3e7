package dev.boardcast.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.config.Settings;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Promise;
import io.vertx.core.net.NetSocket;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions of faulty clients are closed, and other sessions are not affected. */
class FaultyClientIT {
  private final GatewayFixture gateway =
      new GatewayFixture(
          Settings.of(
              GatewayConfig.class,
              "gateway-max-sessions=100",
              "gateway-max-frame=4096",
              "gateway-max-queue=65536",
              "gateway-max-subscriptions=3",
              "gateway-max-messages-per-second=20",
              "gateway-ping-interval=200ms",
              "gateway-silence-limit=1500ms",
              "gateway-auth-wait=1s",
              "gateway-path-limits="));

  @AfterEach
  void close() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello",
        "[]",
        "{\"type\":\"subscribe\",\"topics\":7}",
        "{\"type\":\"auth\",\"token\":1}",
      })
  void malformedMessageClosesWith4400(String text) {
    assertEquals(4400, codeAfter("/ws?topics=", client -> client.send(text)));
  }

  @Test
  void whatIsNotUtf8ClosesWith1007() {
    assertEquals(1007, codeAfter("/ws", client -> client.sendBinary((byte) 0xc3, (byte) 0x28)));
    assertEquals(
        1007,
        codeAfter(
            "/ws", client -> client.sendRawText((byte) '"', (byte) 0xc3, (byte) 0x28, (byte) '"')));
    assertEquals(
        1007, codeAfter("/ws/metrics", client -> client.sendRawText((byte) 0xff, (byte) 0xfe)));
  }

  @ParameterizedTest
  @ValueSource(ints = {4_097, 100_000, 5_000_000})
  void messageOverTheLimitClosesWith1009(int size) {
    WsClient other = gateway.connect("/ws");
    WsClient client = gateway.connect("/ws");
    client.send("x".repeat(size));
    assertEquals(1009, client.closeCode());
    other.settle();
    assertEquals("message too big: at most 4096 bytes", client.closeReason());
  }

  @Test
  void fragmentsAreOneMessageAndCountTogether() {
    byte[] half = " ".repeat(3_000).getBytes(UTF_8);
    WsClient fits = gateway.connect("/ws?topics=");
    fits.next("connection_ack");
    fits.sendRawText("{\"type\":\"ping\"}".getBytes(UTF_8));
    assertEquals("pong", WsClient.type(fits.next()));
    assertEquals(1009, codeAfter("/ws", client -> client.sendFragments(List.of(half, half))));
  }

  @Test
  void tooManyMessagesCloseWith4429() {
    assertEquals(
        4429,
        codeAfter(
            "/ws",
            client -> IntStream.range(0, 60).forEach(i -> client.send("{\"type\":\"ping\"}"))));
  }

  @Test
  void pingsAndFragmentsCountAsMessages() {
    assertEquals(
        4429, codeAfter("/ws", client -> IntStream.range(0, 60).forEach(i -> client.ping())));
    var fragments = Collections.nCopies(60, new byte[0]);
    assertEquals(4429, codeAfter("/ws", client -> client.sendFragments(fragments)));
  }

  @Test
  void topicOverTheLimitIsRefusedByName() {
    WsClient client = gateway.connect("/ws?topics=a,b,c,d");
    client.next("connection_ack");
    JsonNode error = client.next("error");
    assertEquals("too_many_topics", error.path("code").asText());
    assertEquals("d", error.path("topic").asText());
  }

  @Test
  void clientThatDoesNotReadIsClosedWith4408AndResumesWithoutDelayingOthers() {
    String token = GatewayFixture.token("ann");
    WsClient slow = gateway.connect("/ws?topics=tasks&token=" + token);
    WsClient quick = gateway.connect("/ws?topics=tasks&token=" + token);
    slow.next("subscribed");
    quick.next("subscribed");
    slow.pause();
    String filler = "x".repeat(8_000);
    int all = 2_000;
    for (int n = 1; n <= all; n++) {
      int emitted = n;
      gateway.emit("{\"n\":" + n + ",\"filler\":\"" + filler + "\"}", "user.ann");
      quick.takeUntil(frame -> frame.path("data").path("n").asInt() == emitted);
    }
    slow.resume();
    assertEquals(4408, slow.closeCode());
    List<JsonNode> before = slow.drain();
    String since = before.get(before.size() - 1).path("offset").asText();
    WsClient back = gateway.connect("/ws?topics=&token=" + token);
    back.send(
        "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"tasks\",\"since\":\"" + since + "\"}]}");
    assertTrue(back.next("subscribed").path("recovered").asBoolean());
    List<JsonNode> rest = back.takeUntil(frame -> frame.path("data").path("n").asInt() == all);
    var numbers =
        java.util.stream.Stream.concat(before.stream(), rest.stream())
            .map(frame -> frame.path("data").path("n").asInt())
            .toList();
    assertEquals(IntStream.rangeClosed(1, all).boxed().toList(), numbers);
  }

  @Test
  void slowClientOfSnapshotsGetsTheNewestAndIsNotClosed() {
    WsClient slow = gateway.connect("/ws?topics=routing");
    slow.next("connection_ack");
    slow.pause();
    String filler = "x".repeat(8_000);
    int all = 3_000;
    for (int n = 1; n <= all; n++) {
      gateway.publish("routing", n, "{\"n\":" + n + ",\"filler\":\"" + filler + "\"}");
    }
    WsClient quick = gateway.connect("/ws?topics=routing");
    quick.takeUntil(frame -> frame.path("data").path("n").asInt() == all);
    slow.resume();
    List<JsonNode> seen = slow.takeUntil(frame -> frame.path("data").path("n").asInt() == all);
    assertTrue(seen.size() < all, "saw " + seen.size());
  }

  @Test
  void connectionWithoutARequestIsClosed() {
    var closed = Promise.<Void>promise();
    gateway
        .vertx
        .createNetClient()
        .connect(gateway.port(), "127.0.0.1")
        .onSuccess(socket -> socket.closeHandler(end -> closed.complete()))
        .onFailure(closed::fail);
    GatewayFixture.await(closed.future());
  }

  @Test
  void silentClientThatAnswersPingsStaysAndOneThatDoesNotIsCutOff() throws Exception {
    WsClient answering = gateway.connect("/ws/metrics");
    var cutOff = new CompletableFuture<Void>();
    NetSocket silent =
        GatewayFixture.await(gateway.vertx.createNetClient().connect(gateway.port(), "127.0.0.1"));
    silent.closeHandler(end -> cutOff.complete(null));
    silent.write(
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    cutOff.get(WsClient.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    assertFalse(answering.isClosed());
    gateway.publish("routing", 1, "{\"n\":1}");
    answering.takeUntil(frame -> frame.path("n").asInt() == 1);
  }

  private int codeAfter(String path, Consumer<WsClient> action) {
    WsClient other = gateway.connect("/ws");
    WsClient client = gateway.connect(path);
    action.accept(client);
    int code = client.closeCode();
    other.settle();
    return code;
  }
}
