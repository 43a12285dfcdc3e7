package dev.boardcast.gateway;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.transport.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is under way to a client that hardly reads cannot be replaced by anything newer. */
class SlowReaderIT {
  private static final String UPGRADE =
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

  private static final String PING = "\u0089\u0000";
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final long PINGED = INTERVAL.toNanos() * 3 / 2;
  private static final GatewayConfig CONFIG =
      new GatewayConfig(
          100,
          16 << 10,
          1 << 20,
          10,
          50,
          INTERVAL,
          Duration.ofMinutes(2),
          Duration.ofSeconds(10),
          Map.of());

  private GatewayFixture gateway;

  @AfterEach
  void close() {
    if (gateway != null) gateway.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/ws, epoll",
    "/ws, io_uring",
    "/ws, nio",
    "/api/v1/stream, epoll",
    "/api/v1/stream, io_uring",
    "/api/v1/stream, nio"
  })
  void littleGrowsOldOnTheWayToAClientThatReadsLate(String path, String name) {
    open(name);
    var slow = new Sleeper(gateway.port(), path);
    int all = publish();
    slow.wake(all);
    if (path.equals("/ws")) {
      // It was due while nothing more could be written; without it a listener would be cut.
      await().atMost(WsClient.PATIENCE).until(() -> slow.read.indexOf(PING) >= 0);
    }
    slow.close();
    // 2 MB and more were due; a kernel takes as much if it is allowed to.
    assertTrue(slow.read.length() < 400_000, slow.read.length() + " bytes were under way");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ws", "/api/v1/stream"})
  void theHttpPortsWayToItAddsLittle(String path) {
    open("epoll");
    var direct = new Sleeper(gateway.port(), path);
    var handedOn = new Sleeper(gateway.httpPort(), path);
    int all = publish();
    direct.wake(all);
    handedOn.wake(all);
    direct.close();
    handedOn.close();
    // One message under way there and one here; two sockets and a queue between them took 40 KB.
    int more = handedOn.read.length() - direct.read.length();
    assertTrue(more < 20_000, () -> more + " bytes more were under way");
  }

  private void open(String name) {
    Transport transport =
        switch (name) {
          case "epoll" -> Transport.EPOLL;
          case "io_uring" -> Transport.IO_URING;
          default -> Transport.NIO;
        };
    assumeTrue(transport != null && transport.available(), "no " + name + " here");
    gateway = new GatewayFixture(CONFIG, Vertx.builder().withTransport(transport).build());
  }

  /** Publishes until a client that reads nothing must have been asked for a sign of life. */
  private int publish() {
    WsClient quick = gateway.connect("/ws?topics=routing");
    String filler = "x".repeat(2_000);
    int all = 0;
    for (long end = System.nanoTime() + PINGED; all < 1_000 || System.nanoTime() < end; ) {
      int n = ++all;
      gateway.publish("routing", n, "{\"n\":" + n + ",\"filler\":\"" + filler + "\"}");
      quick.takeUntil(frame -> frame.path("data").path("n").asInt() == n);
    }
    return all;
  }

  /** Reads its greeting, and nothing more until it is woken. */
  private final class Sleeper {
    private final StringBuffer read = new StringBuffer();
    private final AtomicBoolean greeted = new AtomicBoolean();
    private final NetSocket socket;

    Sleeper(int port, String path) {
      var small = new NetClientOptions().setReceiveBufferSize(4_096);
      socket =
          GatewayFixture.await(gateway.vertx.createNetClient(small).connect(port, "127.0.0.1"));
      socket.handler(this::hear);
      String upgrade = path.equals("/ws") ? UPGRADE : "";
      socket.write(
          "GET " + path + "?topics=routing HTTP/1.1\r\nHost: localhost\r\n" + upgrade + "\r\n");
      await()
          .atMost(WsClient.PATIENCE)
          .untilAsserted(() -> assertTrue(greeted.get(), () -> "read only: " + read));
    }

    private void hear(Buffer bytes) {
      read.append(bytes.toString(StandardCharsets.ISO_8859_1));
      if (!greeted.get() && read.indexOf("connection_ack") >= 0) {
        socket.pause();
        greeted.set(true);
      }
    }

    /** Reads on, up to the last that was published. */
    void wake(int last) {
      socket.resume();
      String wanted = "\"n\":" + last + ",";
      await().atMost(WsClient.PATIENCE).until(() -> read.indexOf(wanted) >= 0);
    }

    void close() {
      GatewayFixture.await(socket.close());
    }
  }
}
