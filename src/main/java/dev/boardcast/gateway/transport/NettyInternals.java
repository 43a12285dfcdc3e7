package dev.boardcast.gateway.transport;

import dev.boardcast.web.limits.ConnectionGuard;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpContentDecompressor;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.Http1xUpgradeToH2CHandler;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.ShutdownEvent;
import io.vertx.core.net.impl.VertxHandler;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import io.vertx.core.spi.observability.HttpResponse;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The only class that uses what is not public API of Vert.x: it takes over a WebSocket's channel
 * from Vert.x after the handshake, which saves some 17 KB per session, and bounds what the kernel
 * buffers for slow clients. Loaded only on the versions of Vert.x that {@link TransportSupport}
 * names; {@code NettyInternalsIT} fails where it does not fit. Event loop of the channel.
 */
final class NettyInternals {
  // By name, because not every system has the classes; a transport rejects what it does not know.
  private static final List<ChannelOption<Long>> NOT_SENT_LOW_WATER =
      List.of(
          ChannelOption.valueOf("io.netty.channel.epoll.EpollChannelOption#TCP_NOTSENT_LOWAT"),
          ChannelOption.valueOf("io.netty.channel.uring.IoUringChannelOption#TCP_NOTSENT_LOWAT"));
  // Most unsent bytes in the kernel's send buffer: snapshots in it cannot be replaced by newer
  // ones.
  private static final long MAX_NOT_SENT = 1 << 10;
  private static final long ANY = 0xffff_ffffL;
  // The whole send buffer, where that option does not exist.
  private static final int SMALL_BUFFER = 64 << 10;
  // The send buffer while closing: holds MAX_NOT_SENT or SMALL_BUFFER, what waits in the channel,
  // and the overhead that kernels add.
  private static final int LAST_BUFFER = 256 << 10;
  private static final String EARLY = "boardcast-early";
  // Its meters count WebSockets without looking at them.
  private static final String MICROMETER = "io.vertx.micrometer.";

  /** The channel of a connection; empty where there is none. */
  Optional<Channel> channel(HttpConnection connection) {
    return connection instanceof ConnectionBase base
        ? Optional.of(base.channel())
        : Optional.empty();
  }

  /** The same bytes, not copied. */
  Buffer buffer(ByteBuf bytes) {
    return BufferInternal.buffer(bytes);
  }

  /** Limits the unsent data in the kernel's send buffer. */
  static void limitKernelBuffer(Channel channel) {
    try {
      if (!setNotSent(channel, MAX_NOT_SENT)) {
        channel.config().setOption(ChannelOption.SO_SNDBUF, SMALL_BUFFER);
      }
    } catch (ChannelException closed) {
      // The channel's listeners are notified.
    }
  }

  /**
   * Removes that limit, so that the kernel delivers everything after the process has closed the
   * channel.
   */
  static void releaseKernelBuffer(Channel channel) {
    try {
      if (!setNotSent(channel, ANY)) {
        channel.config().setOption(ChannelOption.SO_SNDBUF, LAST_BUFFER);
      }
    } catch (ChannelException closed) {
      // As above.
    }
  }

  private static boolean setNotSent(Channel channel, long bytes) {
    for (ChannelOption<Long> option : NOT_SENT_LOW_WATER) {
      if (channel.config().setOption(option, bytes)) return true;
    }
    return false;
  }

  /** Whether the kernel did not take all that was written and flushed. */
  static boolean isStuck(Channel channel) {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    if (waiting == null || waiting.isEmpty()) return false;
    // With io_uring, the write may not have been submitted yet.
    return !channel.getClass().getName().startsWith("io.netty.channel.uring");
  }

  /** The bytes that the kernel did not take. */
  static int pendingBytes(Channel channel) {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    return waiting == null ? 0 : (int) waiting.totalPendingWriteBytes();
  }

  /** Whether an event says that Vert.x closes the server of the channel. */
  static boolean isServerShutdown(Object event) {
    return event instanceof ShutdownEvent;
  }

  static boolean isEncrypted(ChannelHandlerContext context) {
    return context.pipeline().get(SslHandler.class) != null;
  }

  static void remove(ChannelHandlerContext context) {
    if (!context.isRemoved()) context.pipeline().remove(context.handler());
  }

  /**
   * Prepares the channel of a handshake without a body: keeps what the client sends before the
   * answer, which Vert.x loses, and leaves no extension for Vert.x to negotiate. Vert.x can answer
   * the handshake after {@link ChannelTakeover#leaveAnswerToVertx}.
   *
   * @param onUnknown gets the handler because of which the channel will stay with Vert.x
   * @return empty where nothing could be prepared
   */
  Optional<ChannelTakeover> prepare(HttpServerRequest request, Consumer<String> onUnknown) {
    Optional<Channel> channel = channel(request.connection());
    if (channel.isEmpty() || !channel.get().eventLoop().inEventLoop()) return Optional.empty();
    ChannelPipeline pipeline = channel.get().pipeline();
    ChannelHandlerContext decoder = pipeline.context(HttpRequestDecoder.class);
    if (decoder == null || pipeline.get(EarlyDataBuffer.class) != null) return Optional.empty();
    boolean known = true;
    for (Map.Entry<String, ChannelHandler> entry : pipeline) {
      if (isKnown(entry.getValue())) continue;
      known = false;
      onUnknown.accept(entry.getValue().getClass().getName());
    }
    var early = new EarlyDataBuffer();
    // The decoder would read what follows as HTTP; removed, it passes that on.
    pipeline.addAfter(decoder.name(), EARLY, early);
    pipeline.remove(decoder.handler());
    var extensions = pipeline.get(WebSocketServerExtensionHandler.class);
    if (extensions != null) pipeline.remove(extensions);
    return Optional.of(new ChannelTakeover(channel.get(), early, known));
  }

  private static boolean isKnown(ChannelHandler handler) {
    return handler instanceof VertxHandler
        || handler instanceof ConnectionGuard
        || handler instanceof SslHandler
        || handler instanceof HttpRequestDecoder
        || handler instanceof HttpResponseEncoder
        || handler instanceof HttpContentCompressor
        || handler instanceof HttpContentDecompressor
        || handler instanceof IdleStateHandler
        || handler instanceof ChunkedWriteHandler
        || handler instanceof WebSocketServerExtensionHandler
        || handler instanceof Http1xUpgradeToH2CHandler;
  }

  /** A channel during its takeover from Vert.x. */
  static final class ChannelTakeover {
    private final Channel channel;
    private final EarlyDataBuffer early;
    private final boolean possible;
    private VertxConnectionMetrics metrics;
    private boolean answered;
    private boolean decodes;

    private ChannelTakeover(Channel channel, EarlyDataBuffer early, boolean possible) {
      this.channel = channel;
      this.early = early;
      this.possible = possible;
    }

    /** Whether all handlers of the channel are known. */
    boolean isPossible() {
      return possible;
    }

    /**
     * Whether the handshake can be answered without Vert.x: not where something is in the pipeline
     * that is not known, or where Vert.x reports more of an upgrade than {@link #beginUnanswered}.
     */
    boolean mayAnswer(HttpServerRequest request) {
      return possible && isReportable(request);
    }

    /**
     * Takes the channel over before the handshake is answered, once the request has ended: the
     * answer is then the caller's to write, as the first bytes. Reports a response of status 101 to
     * the meters of Vert.x. Only if it {@link #mayAnswer may}.
     *
     * @return false when the channel is closed
     */
    boolean beginUnanswered(HttpServerRequest request) {
      if (!channel.isActive()) return false;
      metrics = reportUpgrade(request);
      answered = true;
      return true;
    }

    /** The handshake of Vert.x needs a decoder in the pipeline, to replace it by one of its own. */
    void leaveAnswerToVertx() {
      if (decodes || channel.pipeline().get(EARLY) == null) return;
      decodes = true;
      channel.pipeline().addAfter(EARLY, "boardcast-decoder", new HttpRequestDecoder());
    }

    /** Begins after the handshake; false when the channel must stay with Vert.x. */
    boolean begin() {
      if (!possible) return false;
      VertxHandler<?> handler = channel.pipeline().get(VertxHandler.class);
      if (handler == null || channel.pipeline().get(WebSocketFrameDecoder.class) == null) {
        return false;
      }
      metrics = metricsOf(handler.getConnection()).orElse(null);
      return metrics != null;
    }

    /** The meters of Vert.x for this connection. */
    VertxConnectionMetrics metrics() {
      return metrics;
    }

    /** Replaces Vert.x's handlers by one; it first reads the bytes that came early. */
    void replaceBy(ChannelHandler handler) {
      ChannelPipeline pipeline = channel.pipeline();
      limitKernelBuffer(channel);
      ChannelHandlerContext before = pipeline.context(HttpResponseEncoder.class);
      if (before == null) before = pipeline.context(VertxHandler.class);
      pipeline.addBefore(before.name(), "boardcast", handler);
      var superfluous = new ArrayList<ChannelHandler>();
      for (Map.Entry<String, ChannelHandler> entry : pipeline) {
        ChannelHandler each = entry.getValue();
        boolean stays =
            each == handler
                || each == early
                || each instanceof SslHandler
                // Netty removes it when the response of Vert.x has been written.
                || (each instanceof HttpResponseEncoder && !answered);
        if (!stays) superfluous.add(each);
      }
      superfluous.forEach(pipeline::remove);
      release();
    }

    /** Passes the early data to the next handler. */
    void release() {
      early.release();
    }
  }

  private static boolean isReportable(HttpServerRequest request) {
    if (!(request instanceof HttpServerRequestInternal internal)
        || internal.context().tracer() != null
        || !(request.connection() instanceof ConnectionBase connection)
        || !(request.response() instanceof HttpResponse)) {
      return false;
    }
    return connection.metrics() == null
        || (connection.metrics() instanceof HttpServerMetrics<?, ?, ?> metrics
            && metrics.getClass().getName().startsWith(MICROMETER));
  }

  /** Reports what Vert.x reports of an upgrade of its own. */
  private static VertxConnectionMetrics reportUpgrade(HttpServerRequest request) {
    var connection = (ConnectionBase) request.connection();
    if (connection.metrics() == null) return VertxConnectionMetrics.NONE;
    request.response().setStatusCode(HttpResponseStatus.SWITCHING_PROTOCOLS.code());
    return VertxConnectionMetrics.ofUpgrade(
        (HttpServerMetrics<?, ?, ?>) connection.metrics(),
        connection.metric(),
        ((HttpServerRequestInternal) request).metric(),
        (HttpResponse) request.response(),
        connection.remoteAddress());
  }

  private static Optional<VertxConnectionMetrics> metricsOf(ConnectionBase connection) {
    if (!(connection.metrics() instanceof HttpServerMetrics<?, ?, ?> metrics)) {
      return connection.metrics() == null
          ? Optional.of(VertxConnectionMetrics.NONE)
          : Optional.empty();
    }
    try {
      Object metric = call(call(connection, "webSocket"), "getMetric");
      return Optional.of(
          VertxConnectionMetrics.of(
              metrics, connection.metric(), metric, connection.remoteAddress()));
    } catch (ReflectiveOperationException | RuntimeException moved) {
      return Optional.empty();
    }
  }

  /** Calls a method without parameters that its package alone may call. */
  private static Object call(Object target, String name) throws ReflectiveOperationException {
    for (Class<?> at = target.getClass(); at != null; at = at.getSuperclass()) {
      for (Method method : at.getDeclaredMethods()) {
        if (!method.getName().equals(name) || method.getParameterCount() > 0) continue;
        method.setAccessible(true);
        return method.invoke(target);
      }
    }
    throw new NoSuchMethodException(name);
  }

  /**
   * Writes bytes to the kernel past the channel's own queue, which would cost each receiver of a
   * message more than everything else but the kernel's work.
   */
  static final class DirectSocketWriter {
    private final Channel channel;
    private final Socket socket;

    private DirectSocketWriter(Channel channel, Socket socket) {
      this.channel = channel;
      this.socket = socket;
    }

    /** Null where the transport has none, and where the bytes must be encrypted first. */
    static DirectSocketWriter of(Channel channel) {
      // Sockets of io_uring have the same type, but are written through the ring only.
      if (!channel.getClass().getName().startsWith("io.netty.channel.epoll")) return null;
      if (channel.pipeline().get(SslHandler.class) != null) return null;
      return channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket
          ? new DirectSocketWriter(channel, socket)
          : null;
    }

    /** Whether it is open, and nothing waits in the channel that must go first. */
    boolean isClear() {
      // The file descriptor of a closed socket may belong to another connection by now.
      if (!socket.isOpen()) return false;
      ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
      return waiting != null && waiting.totalPendingWriteBytes() == 0;
    }

    /**
     * Sends what the kernel takes at once; only when {@link #isClear clear}.
     *
     * @return how many bytes it took; 0 as well when the connection has failed, which the channel
     *     finds out by itself
     */
    int send(ByteBuf bytes) {
      if (!bytes.hasMemoryAddress() || !isClear()) return 0;
      try {
        return socket.sendAddress(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
      } catch (IOException failed) {
        return 0;
      }
    }
  }
}
