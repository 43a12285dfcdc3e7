package dev.boardcast.gateway.transport;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.gateway.GatewayFixture;
import dev.boardcast.testing.WsClient;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.SelfSignedCertificate;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import io.vertx.core.spi.observability.HttpRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How {@link NettyInternals} takes channels over. A failure here after an upgrade of Vert.x means:
 * sessions still work, over {@link VertxWebSocketTransport}, at several times the memory.
 */
class ChannelTakeoverIT {
  private static final NettyInternals INTERNALS = new NettyInternals();

  private final Counting counts = new Counting();
  private final Vertx vertx = Vertx.builder().withMetrics(options -> counts).build();

  @AfterEach
  void close() {
    GatewayFixture.await(vertx.close());
  }

  @Test
  void onlyOurHandlerRemainsInAPlainChannel() throws Exception {
    RawConnection line = connect(options(), false);
    assertEquals(List.of("boardcast"), line.left);
  }

  static Stream<HttpServerOptions> serversOfHosts() {
    return Stream.of(
        new HttpServerOptions(),
        new HttpServerOptions().setIdleTimeout(60).setHttp2ClearTextEnabled(true),
        new HttpServerOptions().setCompressionSupported(true).setDecompressionSupported(true));
  }

  @ParameterizedTest
  @MethodSource("serversOfHosts")
  void onlyOurHandlerRemainsOnServersWithOtherOptionsBehindARouterThatReadsBodies(
      HttpServerOptions options) throws Exception {
    RawConnection line =
        connect(
            options,
            false,
            (owner, upgrade) -> {
              var router = Router.router(owner);
              router.route().handler(BodyHandler.create(false));
              router.route("/*").handler(context -> upgrade.handle(context.request()));
              return router;
            });
    assertEquals(List.of(), line.unknown);
    assertEquals(List.of("boardcast"), line.left);
    assertNull(line.client.headers().get("Sec-WebSocket-Extensions"), "ours to negotiate");
  }

  @Test
  void ofAChannelWithTlsTheTlsIsLeft() throws Exception {
    var certificate = SelfSignedCertificate.create();
    var options =
        options().setSsl(true).setKeyCertOptions(certificate.keyCertOptions()).setUseAlpn(false);
    RawConnection line = connect(options, true);
    assertEquals(2, line.left.size(), line.left.toString());
    assertTrue(line.tls);
    assertEquals("boardcast", line.left.get(1));
  }

  @Test
  void aChannelWithSomethingUnknownIsLeftAlone() throws Exception {
    RawConnection line = connect(options().setLogActivity(true), false);
    assertTrue(line.left.contains("handler"), line.left.toString());
    assertEquals(List.of("io.netty.handler.logging.LoggingHandler"), line.unknown);
  }

  @Test
  void vertxCountsTheConnectionAsGoneOnceWhenItIsGone() throws Exception {
    RawConnection line = connect(options(), false);
    assertEquals(1, counts.connections.get());
    assertEquals(1, counts.sockets.get());
    line.client.close();
    await().atMost(WsClient.TIMEOUT).until(() -> counts.connections.get() == 0);
    assertEquals(0, counts.sockets.get());
  }

  @Test
  void theServerClosesConnectionsThatWereTakenOver() throws Exception {
    RawConnection line = connect(options(), false);
    GatewayFixture.await(line.server.close());
    line.ended.get(WsClient.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    await().atMost(WsClient.TIMEOUT).until(() -> counts.connections.get() == 0);
  }

  private static HttpServerOptions options() {
    return new HttpServerOptions()
        .setIdleTimeout(60)
        .setHttp2ClearTextEnabled(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false);
  }

  /**
   * @param left handlers in the server's pipeline after the takeover
   * @param unknown handlers because of which there was none
   */
  private record RawConnection(
      HttpServer server,
      WebSocket client,
      List<String> left,
      boolean tls,
      List<String> unknown,
      CompletableFuture<Void> ended) {}

  private RawConnection connect(HttpServerOptions options, boolean tls) throws Exception {
    return connect(options, tls, (router, upgrade) -> upgrade);
  }

  private RawConnection connect(
      HttpServerOptions options,
      boolean tls,
      BiFunction<Vertx, Handler<HttpServerRequest>, Handler<HttpServerRequest>> front)
      throws Exception {
    var left = new CompletableFuture<List<String>>();
    var encrypted = new CompletableFuture<Boolean>();
    var unknown = new CopyOnWriteArrayList<String>();
    Handler<HttpServerRequest> upgrade =
        request -> {
          var takeover = INTERNALS.prepare(request, unknown::add).orElseThrow();
          ChannelPipeline pipeline =
              INTERNALS.channel(request.connection()).orElseThrow().pipeline();
          takeover.leaveAnswerToVertx();
          request.toWebSocket().onSuccess(socket -> take(pipeline, takeover, left, encrypted));
        };
    HttpServer server = vertx.createHttpServer(options).requestHandler(front.apply(vertx, upgrade));
    GatewayFixture.await(server.listen(0, "127.0.0.1"));
    var client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions()
                .setSsl(tls)
                .setTrustAll(tls)
                .setVerifyHost(false)
                .setTryUsePerMessageCompression(true));
    var to = new WebSocketConnectOptions().setHost("127.0.0.1").setPort(server.actualPort());
    WebSocket socket = GatewayFixture.await(client.connect(to));
    var ended = new CompletableFuture<Void>();
    socket.closeHandler(closed -> ended.complete(null));
    return new RawConnection(
        server, socket, left.get(10, TimeUnit.SECONDS), encrypted.get(), unknown, ended);
  }

  private static void take(
      ChannelPipeline pipeline,
      NettyInternals.ChannelTakeover takeover,
      CompletableFuture<List<String>> left,
      CompletableFuture<Boolean> encrypted) {
    if (takeover.begin()) {
      takeover.replaceBy(
          new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext channel, Object close) {
              ReferenceCountUtil.release(close);
              channel.close();
            }

            @Override
            public void channelInactive(ChannelHandlerContext channel) {
              takeover.metrics().closed();
            }
          });
    }
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
