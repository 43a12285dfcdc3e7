package dev.boardcast.gateway.transport;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.gateway.GatewayFixture;
import dev.boardcast.testing.WsClient;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.SelfSignedCertificate;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import io.vertx.core.spi.observability.HttpRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the gateway expects below Vert.x's public API. A failure here after an upgrade of Vert.x
 * means: sessions still work, over {@link VertxWebSocketTransport}, at several times the memory;
 * look at {@link ChannelTakeover}.
 */
class ChannelTakeoverIT {
  private final Counting books = new Counting();
  private final Vertx vertx = Vertx.builder().withMetrics(options -> books).build();

  @AfterEach
  void close() {
    GatewayFixture.await(vertx.close());
  }

  @Test
  void ofAPlainChannelNothingIsLeftButOurHandler() throws Exception {
    Line line = connect(options(), false);
    assertEquals(List.of("boardcast"), line.left);
  }

  @Test
  void ofAChannelWithTlsTheTlsIsLeft() throws Exception {
    var certificate = SelfSignedCertificate.create();
    var options =
        options().setSsl(true).setKeyCertOptions(certificate.keyCertOptions()).setUseAlpn(false);
    Line line = connect(options, true);
    assertEquals(2, line.left.size(), line.left.toString());
    assertTrue(line.tls);
    assertEquals("boardcast", line.left.get(1));
  }

  @Test
  void aChannelWithSomethingUnknownIsLeftAlone() throws Exception {
    Line line = connect(options().setLogActivity(true), false);
    assertTrue(line.left.contains("handler"), line.left.toString());
  }

  @Test
  void vertxCountsTheConnectionAsGoneOnceWhenItIsGone() throws Exception {
    Line line = connect(options(), false);
    assertEquals(1, books.connections.get());
    assertEquals(1, books.sockets.get());
    line.client.close();
    await().atMost(WsClient.TIMEOUT).until(() -> books.connections.get() == 0);
    assertEquals(0, books.sockets.get());
  }

  @Test
  void theServerClosesConnectionsThatWereTakenOver() throws Exception {
    Line line = connect(options(), false);
    GatewayFixture.await(line.server.close());
    line.ended.get(WsClient.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    await().atMost(WsClient.TIMEOUT).until(() -> books.connections.get() == 0);
  }

  private static HttpServerOptions options() {
    return new HttpServerOptions()
        .setIdleTimeout(60)
        .setHttp2ClearTextEnabled(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false);
  }

  private record Line(
      HttpServer server,
      WebSocket client,
      List<String> left,
      boolean tls,
      CompletableFuture<Void> ended) {}

  private Line connect(HttpServerOptions options, boolean tls) throws Exception {
    var left = new CompletableFuture<List<String>>();
    var encrypted = new CompletableFuture<Boolean>();
    HttpServer server =
        vertx
            .createHttpServer(options)
            .requestHandler(
                request ->
                    request.toWebSocket().onSuccess(socket -> take(socket, left, encrypted)));
    GatewayFixture.await(server.listen(0, "127.0.0.1"));
    var client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions().setSsl(tls).setTrustAll(tls).setVerifyHost(false));
    var to = new WebSocketConnectOptions().setHost("127.0.0.1").setPort(server.actualPort());
    WebSocket socket = GatewayFixture.await(client.connect(to));
    var ended = new CompletableFuture<Void>();
    socket.closeHandler(gone -> ended.complete(null));
    return new Line(server, socket, left.get(10, TimeUnit.SECONDS), encrypted.get(), ended);
  }

  private static void take(
      ServerWebSocket socket,
      CompletableFuture<List<String>> left,
      CompletableFuture<Boolean> encrypted) {
    var pipeline =
        ((io.vertx.core.internal.http.WebSocketInternal) socket).channelHandlerContext().pipeline();
    ChannelTakeover.of(socket)
        .ifPresent(
            takeover ->
                takeover.to(
                    new ChannelInboundHandlerAdapter() {
                      @Override
                      public void channelRead(ChannelHandlerContext line, Object goodbye) {
                        ReferenceCountUtil.release(goodbye);
                        line.close();
                      }

                      @Override
                      public void channelInactive(ChannelHandlerContext gone) {
                        takeover.books().closed();
                      }
                    }));
    encrypted.complete(pipeline.get(SslHandler.class) != null);
    left.complete(List.copyOf(pipeline.toMap().keySet()));
  }

  /** Vert.x's meters, down to what is open. */
  private static final class Counting implements VertxMetrics {
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger sockets = new AtomicInteger();

    @Override
    public HttpServerMetrics<?, ?, ?> createHttpServerMetrics(
        HttpServerOptions options, SocketAddress local) {
      return new HttpServerMetrics<String, String, String>() {
        @Override
        public String connected(SocketAddress remote, String name) {
          connections.incrementAndGet();
          return "connection";
        }

        @Override
        public void disconnected(String connection, SocketAddress remote) {
          assertEquals("connection", connection);
          connections.decrementAndGet();
        }

        @Override
        public String requestBegin(String connection, HttpRequest request) {
          return "request";
        }

        @Override
        public String connected(String connection, String request, ServerWebSocket socket) {
          sockets.incrementAndGet();
          return "socket";
        }

        @Override
        public void disconnected(String socket) {
          assertEquals("socket", socket);
          sockets.decrementAndGet();
        }
      };
    }
  }
}
