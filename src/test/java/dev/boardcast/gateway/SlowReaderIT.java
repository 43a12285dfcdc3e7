package dev.boardcast.gateway;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boardcast.config.Settings;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SelfSignedCertificate;
import io.vertx.core.transport.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Little data is in flight to a slow client, because it cannot be replaced by newer snapshots. */
class SlowReaderIT {
  private static final String UPGRADE =
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

  private static final String PING = "\u0089\u0000";
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final long PINGED = INTERVAL.toNanos() * 3 / 2;
  private static final GatewayConfig CONFIG =
      Settings.of(
          GatewayConfig.class,
          "gateway-max-sessions=100",
          "gateway-max-subscriptions=10",
          "gateway-ping-interval=" + INTERVAL.toMillis() + "ms",
          "gateway-silence-limit=2m",
          "gateway-path-limits=");

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
  void littleDataIsInFlightToAClientThatDoesNotRead(String path, String name) {
    open(name);
    var slow = new SlowReader(gateway.port(), path);
    int all = publish();
    slow.resumeUntil(all);
    if (path.equals("/ws")) {
      // The ping was due while nothing could be written; without it the client would be cut off.
      await().atMost(WsClient.TIMEOUT).until(() -> slow.read.indexOf(PING) >= 0);
    }
    slow.close();
    // More than 2 MB were published; a kernel buffers as much if it may.
    assertTrue(slow.read.length() < 400_000, slow.read.length() + " bytes were in flight");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ws", "/api/v1/stream"})
  void httpPortAddsLittleDataInFlight(String path) {
    open("epoll");
    var direct = new SlowReader(gateway.port(), path);
    var onHttpPort = new SlowReader(gateway.httpPort(), path);
    int all = publish();
    direct.resumeUntil(all);
    onHttpPort.resumeUntil(all);
    direct.close();
    onHttpPort.close();
    // A forwarding connection would hold 40 KB more.
    int more = onHttpPort.read.length() - direct.read.length();
    assertTrue(more < 20_000, () -> more + " bytes more were in flight");
  }

  @ParameterizedTest
  @CsvSource({"/ws, epoll", "/ws, nio", "/api/v1/stream, epoll", "/api/v1/stream, nio"})
  void littleDataIsInFlightOverTls(String path, String name) {
    open(name);
    int port =
        gateway.hostPort(
            new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(SelfSignedCertificate.create().keyCertOptions()));
    var slow = new SlowReader(port, "/boards" + path, true);
    int all = publish();
    slow.resumeUntil(all);
    slow.close();
    assertTrue(slow.read.length() < 400_000, slow.read.length() + " bytes were in flight");
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

  /** Publishes until a client that reads nothing must have been pinged. */
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

  /** Reads the ack, and nothing more until resumed. */
  private final class SlowReader {
    private final StringBuffer read = new StringBuffer();
    private final AtomicBoolean acknowledged = new AtomicBoolean();
    // Kept: Vert.x closes the connections of a client that is collected.
    private final NetClient client;
    private final NetSocket socket;

    SlowReader(int port, String path) {
      this(port, path, false);
    }

    SlowReader(int port, String path, boolean tls) {
      var small = new NetClientOptions().setReceiveBufferSize(4_096);
      small.setSsl(tls).setTrustAll(true).setHostnameVerificationAlgorithm("");
      client = gateway.vertx.createNetClient(small);
      socket = GatewayFixture.await(client.connect(port, "127.0.0.1"));
      socket.handler(this::onBytes);
      String upgrade = path.endsWith("/ws") ? UPGRADE : "";
      socket.write(
          "GET " + path + "?topics=routing HTTP/1.1\r\nHost: localhost\r\n" + upgrade + "\r\n");
      await()
          .atMost(WsClient.TIMEOUT)
          .untilAsserted(() -> assertTrue(acknowledged.get(), () -> "read only: " + read));
    }

    private void onBytes(Buffer bytes) {
      read.append(bytes.toString(StandardCharsets.ISO_8859_1));
      if (!acknowledged.get() && read.indexOf("connection_ack") >= 0) {
        socket.pause();
        acknowledged.set(true);
      }
    }

    /** Reads until the last published snapshot. */
    void resumeUntil(int last) {
      socket.resume();
      String expected = "\"n\":" + last + ",";
      await().atMost(WsClient.TIMEOUT).until(() -> read.indexOf(expected) >= 0);
    }

    void close() {
      GatewayFixture.await(socket.close());
      client.close();
    }
  }
}
