package dev.boardcast.gateway.transport;

import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.gateway.GatewayFixture;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.GatewayMeters;
import dev.boardcast.gateway.loop.NodeQueuedBytes;
import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.protocol.Frame;
import dev.boardcast.http.ApiRouter;
import dev.boardcast.http.HttpApiVerticle;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.spi.RawJson;
import dev.boardcast.testing.TextTokens;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The servers of the gateway's port and of the HTTP port, with a handler that echoes each message
 * on the frame path of the product in place of sessions.
 */
public final class EchoPorts implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
  private final Map<Context, TransportFactory> factories = new ConcurrentHashMap<>();
  private final GatewayConfig config;
  private final int gateway;
  private final int http;

  /**
   * @param gateway its own port; 0 for a free one
   * @param http as {@code gateway}
   */
  public EchoPorts(GatewayConfig config, int gateway, int http) {
    this.config = config;
    var server =
        vertx.createHttpServer(GatewayFixture.portOptions(config)).requestHandler(this::open);
    this.gateway = GatewayFixture.await(server.listen(gateway, "127.0.0.1")).actualPort();
    var router =
        new ApiRouter(
            HttpConfig.DEFAULTS,
            new TextTokens(),
            List.of(routes -> routes.route("/").handler(each -> open(each.request()))),
            List.of());
    var api = new HttpApiVerticle("127.0.0.1", http, HttpConfig.DEFAULTS, router);
    GatewayFixture.await(vertx.deployVerticle(api));
    this.http = api.port();
  }

  public int gateway() {
    return gateway;
  }

  public int http() {
    return http;
  }

  private void open(HttpServerRequest request) {
    Context context = vertx.getOrCreateContext();
    TransportFactory factory = factories.computeIfAbsent(context, this::factory);
    factory
        .upgrade(request)
        .accept()
        .onSuccess(
            transport -> {
              var headers = request.response().headers();
              boolean compression = headers.contains("Sec-WebSocket-Extensions");
              transport.attach(new Echo((NettyWebSocketTransport) transport, compression, factory));
            });
  }

  private TransportFactory factory(Context context) {
    var queued = new NodeQueuedBytes(Long.MAX_VALUE);
    var meters = new GatewayMeters(Optional.empty(), () -> 0, () -> 0, () -> 0);
    var loop = GatewayLoop.of(vertx, context, config, meters, Clock.systemUTC(), queued);
    return new TransportFactory(loop, TransportSupport.detect());
  }

  @Override
  public void close() {
    GatewayFixture.await(vertx.close());
  }

  private record Echo(
      NettyWebSocketTransport transport, boolean compression, TransportFactory factory)
      implements Transport.Listener {
    @Override
    public String id() {
      return "echo";
    }

    @Override
    public void text(String message) {
      transport.write(Frame.of(RawJson.of(message)));
    }

    /** The product sends no binary messages, so that its frames are made here. */
    @Override
    public void binary(byte[] message) {
      byte[] payload = compression ? factory.deflate().compress(message) : message;
      ByteBuf frame = Unpooled.directBuffer(10 + payload.length);
      frame.writeByte(compression ? 0xc2 : 0x82);
      if (payload.length < 126) frame.writeByte(payload.length);
      else if (payload.length < 1 << 16) frame.writeByte(126).writeShort(payload.length);
      else frame.writeByte(127).writeLong(payload.length);
      transport.writeDue();
      transport.control(frame.writeBytes(payload));
    }

    @Override
    public void invalidPayload(String reason) {
      close(CloseCode.INVALID_PAYLOAD);
    }

    @Override
    public void tooBig() {
      close(CloseCode.TOO_BIG);
    }

    @Override
    public void protocolError() {
      close(CloseCode.PROTOCOL_ERROR);
    }

    private void close(CloseCode code) {
      transport.close(code.number(), code.reason());
    }

    @Override
    public void alive() {}

    @Override
    public void frame() {}

    @Override
    public void writable() {}

    @Override
    public void closed() {}
  }
}
