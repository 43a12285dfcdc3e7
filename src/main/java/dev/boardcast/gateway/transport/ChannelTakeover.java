package dev.boardcast.gateway.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.VertxHandler;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes a WebSocket's channel out of Vert.x's hands once the handshake is done: its decoder,
 * encoder, idle timer and connection go, and with them some 17 KB per session. It knows what lies
 * below Vert.x's public API, as nobody else does but {@link NettyInternals}; {@code
 * ChannelTakeoverIT} fails when that is not so any more. Event loop of the channel.
 */
public final class ChannelTakeover {
  private final ChannelHandlerContext vertx;
  private final List<String> superfluous;
  private final Optional<EarlyDataBuffer> early;
  private final VertxConnectionMetrics books;

  private ChannelTakeover(
      ChannelHandlerContext vertx,
      List<String> superfluous,
      Optional<EarlyDataBuffer> early,
      VertxConnectionMetrics books) {
    this.vertx = vertx;
    this.superfluous = superfluous;
    this.early = early;
    this.books = books;
  }

  /**
   * Before the handshake: sees to it that what the client says before its answer is held. Vert.x
   * itself loses that. The request must have no body. Empty where the channel is not as expected;
   * then nothing has been touched.
   */
  public static Optional<EarlyDataBuffer> hold(HttpServerRequest request) {
    Optional<Channel> channel = NettyInternals.channel(request.connection());
    if (channel.isEmpty()) return Optional.empty();
    ChannelPipeline pipeline = channel.get().pipeline();
    ChannelHandlerContext decoder = pipeline.context(HttpRequestDecoder.class);
    if (decoder == null || pipeline.get(EarlyDataBuffer.class) != null) return Optional.empty();
    var early = new EarlyDataBuffer();
    // The decoder would take for HTTP what follows the request. Taken away, it hands that on; the
    // one in its place is the one that the handshake then puts WebSocket's for.
    pipeline.addAfter(decoder.name(), "boardcast-early", early);
    pipeline.addAfter("boardcast-early", "boardcast-decoder", new HttpRequestDecoder());
    pipeline.remove(decoder.handler());
    return Optional.of(early);
  }

  /** Empty where the channel holds what nobody here knows; then nothing has been touched. */
  static Optional<ChannelTakeover> of(ServerWebSocket socket) {
    if (!(socket instanceof WebSocketInternal inner)) return Optional.empty();
    ChannelHandlerContext vertx = inner.channelHandlerContext();
    if (!(vertx.handler() instanceof VertxHandler<?> handler)) return Optional.empty();
    var superfluous = new ArrayList<String>();
    Optional<EarlyDataBuffer> early =
        Optional.ofNullable(vertx.pipeline().get(EarlyDataBuffer.class));
    boolean decodes = false;
    for (Map.Entry<String, ChannelHandler> entry : vertx.pipeline()) {
      ChannelHandler found = entry.getValue();
      if (found == handler || found instanceof SslHandler || found instanceof EarlyDataBuffer)
        continue;
      // Netty takes it away itself, once the handshake's answer has left; nobody is behind it then.
      if (found instanceof HttpResponseEncoder) continue;
      if (!isSuperfluous(found)) return Optional.empty();
      decodes |= found instanceof WebSocketFrameDecoder;
      superfluous.add(entry.getKey());
    }
    if (!decodes) return Optional.empty();
    return books(socket, handler.getConnection())
        .map(books -> new ChannelTakeover(vertx, superfluous, early, books));
  }

  boolean isSsl() {
    return vertx.pipeline().get(SslHandler.class) != null;
  }

  /** What Vert.x's meters are still to be told of; does nothing when it has none. */
  VertxConnectionMetrics books() {
    return books;
  }

  /** Puts {@code ours} in the place of all; bytes that came meanwhile are the first it reads. */
  void to(ChannelHandler ours) {
    var pipeline = vertx.pipeline();
    NettyInternals.keepLittleUnderWay(vertx.channel());
    ChannelHandlerContext encoder = pipeline.context(HttpResponseEncoder.class);
    pipeline.addBefore(encoder == null ? vertx.name() : encoder.name(), "boardcast", ours);
    superfluous.forEach(pipeline::remove);
    pipeline.remove(vertx.handler());
    early.ifPresent(EarlyDataBuffer::letGo);
  }

  private static boolean isSuperfluous(ChannelHandler handler) {
    return handler instanceof WebSocketFrameDecoder
        || handler instanceof WebSocketFrameEncoder
        || handler instanceof IdleStateHandler
        || handler instanceof ChunkedWriteHandler;
  }

  private static Optional<VertxConnectionMetrics> books(
      ServerWebSocket socket, ConnectionBase connection) {
    if (!(connection.metrics() instanceof HttpServerMetrics<?, ?, ?> metrics)) {
      return connection.metrics() == null
          ? Optional.of(VertxConnectionMetrics.NONE)
          : Optional.empty();
    }
    try {
      Method getter = declared(socket.getClass(), "getMetric");
      getter.setAccessible(true);
      return Optional.of(
          VertxConnectionMetrics.of(
              metrics, connection.metric(), getter.invoke(socket), connection.remoteAddress()));
    } catch (ReflectiveOperationException | RuntimeException moved) {
      return Optional.empty();
    }
  }

  private static Method declared(Class<?> type, String name) throws NoSuchMethodException {
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      for (Method method : at.getDeclaredMethods()) {
        if (method.getName().equals(name) && method.getParameterCount() == 0) return method;
      }
    }
    throw new NoSuchMethodException(name);
  }
}
