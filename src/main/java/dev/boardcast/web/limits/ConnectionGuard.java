package dev.boardcast.web.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boardcast.spi.Json;
import dev.boardcast.spi.Problem;
import dev.boardcast.web.DateHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Closes a connection on which the head of a request, or a frame of HTTP/2, takes too long to
 * arrive, whether it sends nothing or one byte at a time, or has too many lines before it is
 * complete. Counts the connection, for its address until it has a valid token, and then for its
 * principal. Event loop of the channel.
 */
public final class ConnectionGuard extends ChannelInboundHandlerAdapter
    implements AnonymousConnections.Connection {
  /** Most header lines of a head that has not arrived whole. */
  static final int MAX_LINES = 128;

  private static final long LAST_READ_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final String LINES = "header-lines";
  private static final AttributeKey<ConnectionGuard> KEY =
      AttributeKey.valueOf("boardcast.connection-guard");

  private final long limitNanos;
  private final LimitMeters meters;
  private final String client;
  private final Channel channel;
  private final ConnectionCount count;
  private final Http2Frames frames;
  private final ChannelFutureListener onClose;
  private ScheduledFuture<?> timer;
  // Since when a head is awaited or arriving; meaningless while a request is answered.
  private long since;
  private boolean answering;
  private boolean quiet;
  private boolean late;
  private boolean multiplexed;
  private boolean refused;
  private boolean behindTls;
  private boolean stopped;

  /**
   * @param accepted a channel that was just accepted
   * @param onIdentified ends the count of its address
   */
  ConnectionGuard(
      Channel accepted,
      LimitsConfig config,
      LimitMeters meters,
      String client,
      Budget principals,
      Consumer<ConnectionGuard> onIdentified) {
    this.channel = accepted;
    this.limitNanos = config.headLimit().toNanos();
    this.meters = meters;
    this.client = client;
    this.count = new ConnectionCount(principals, () -> onIdentified.accept(this));
    this.frames = new Http2Frames(config);
    this.onClose = closed -> count.release();
  }

  /** Guards the channel from now on. */
  void attach() {
    since = System.nanoTime();
    channel.attr(KEY).set(this);
    channel.closeFuture().addListener(onClose);
    channel.pipeline().addFirst("boardcast-guard", this);
  }

  /** The guard of a request's connection; empty on a server of a host application. */
  static Optional<ConnectionGuard> of(HttpServerRequest request) {
    return ServerChannels.of(request.connection()).map(found -> found.attr(KEY).get());
  }

  /**
   * A head has arrived. On a connection of HTTP/2 the frames are watched from then on.
   *
   * @return whether the request may be handled: nothing is that follows {@link #stopReading}
   */
  boolean begin(HttpVersion version) {
    answering = true;
    multiplexed |= version == HttpVersion.HTTP_2;
    return !stopped;
  }

  /** The answer has ended, and another head may follow. */
  void end() {
    if (multiplexed) return;
    answering = false;
    // Time begins with the first byte.
    quiet = true;
  }

  /**
   * A request of the connection has a valid token.
   *
   * @return false when the principal has as many connections as allowed
   */
  boolean authenticated(String principal) {
    return count.moveTo(principal);
  }

  /** The client is counted otherwise. */
  void counted() {
    // A session has the connection to itself, unless other requests share it.
    if (!multiplexed) channel.closeFuture().removeListener(onClose);
    count.release();
  }

  /** Reads nothing more, and handles nothing of what was read: the connection is closing. */
  void stopReading() {
    stopped = true;
    channel.config().setAutoRead(false);
  }

  @Override
  public void evict() {
    meters.refused(AcceptedConnections.TOTAL, client);
    if (channel.isRegistered()) channel.close();
    else channel.unsafe().closeForcibly();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    schedule(context, limitNanos);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (timer != null) timer.cancel(false);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (quiet) {
      quiet = false;
      since = System.nanoTime();
    }
    follow(context, message);
    context.fireChannelRead(message);
    boundLines(context);
  }

  /** Follows the frames where they are in clear text: here, or behind the handler of TLS. */
  private void follow(ChannelHandlerContext context, Object message) {
    if (behindTls) return;
    ChannelHandlerContext tls = context.pipeline().context(SslHandler.class);
    if (tls != null) {
      behindTls = true;
      context.pipeline().addAfter(tls.name(), "boardcast-frames", new Http2FrameFollower(frames));
    } else if (message instanceof ByteBuf bytes) {
      frames.read(bytes);
    }
  }

  /** After the decoder has read, with or without TLS: what it holds is not from one read alone. */
  private void boundLines(ChannelHandlerContext context) {
    if (refused || !UnfinishedHead.hasMoreLinesThan(MAX_LINES, context.pipeline())) return;
    refused = true;
    stopReading();
    meters.refused(LINES, client);
    var problem =
        Problem.of(
            431,
            "Headers too large",
            "the head of a request has at most " + MAX_LINES + " header lines");
    // A pipelined head: the answer to the request before is not finished.
    ChannelFuture told =
        answering
            ? context.newSucceededFuture()
            : cut(context, "431 Request Header Fields Too Large", problem);
    told.addListener(ChannelFutureListener.CLOSE);
  }

  private void schedule(ChannelHandlerContext context, long nanos) {
    timer = context.executor().schedule(() -> check(context), nanos, TimeUnit.NANOSECONDS);
  }

  private void check(ChannelHandlerContext context) {
    if (!context.channel().isActive()) return;
    long left = leftNanos();
    if (left > 0) {
      late = false;
      schedule(context, left);
      return;
    }
    if (!late) {
      // The rest may have arrived and wait for a busy event loop, which reads it before this task.
      late = true;
      schedule(context, LAST_READ_NANOS);
      return;
    }
    String setting = multiplexed ? frames.setting() : Http2Frames.HEAD_SETTING;
    meters.refused(setting, client);
    if (frames.isHttp2()) {
      // From here, not from the end of the pipeline: that would wait for the open streams.
      goAway(context, setting).addListener(told -> context.close());
      return;
    }
    var problem =
        Problem.of(
            408, "Request timeout", "the head of the request took too long (" + setting + ")");
    cut(context, "408 Request Timeout", problem).addListener(ChannelFutureListener.CLOSE);
  }

  /** How long the client may still take; as long as ever while nothing is awaited of it. */
  private long leftNanos() {
    long now = System.nanoTime();
    if (multiplexed && frames.isUnfinished()) return frames.deadline() - now;
    return answering || quiet ? limitNanos : since + limitNanos - now;
  }

  private static ChannelFuture goAway(ChannelHandlerContext context, String setting) {
    ChannelHandlerContext http = context.pipeline().context(Http2ConnectionHandler.class);
    if (http == null) return context.newSucceededFuture();
    var handler = (Http2ConnectionHandler) http.handler();
    ChannelFuture told =
        handler.goAway(
            http,
            handler.connection().remote().lastStreamCreated(),
            Http2Error.ENHANCE_YOUR_CALM.code(),
            Unpooled.copiedBuffer(setting, UTF_8),
            http.newPromise());
    http.flush();
    return told;
  }

  /** Tells the client why, as far as its connection can carry that. */
  private static ChannelFuture cut(ChannelHandlerContext context, String status, Problem problem) {
    ByteBuf answer = answer(status, problem);
    ChannelHandlerContext tls = context.pipeline().context(SslHandler.class);
    if (tls == null) return context.writeAndFlush(answer);
    var handler = (SslHandler) tls.handler();
    if (!handler.handshakeFuture().isSuccess()) {
      answer.release();
      return context.newSucceededFuture();
    }
    var written = context.newPromise();
    try {
      handler.write(tls, answer, written);
      handler.flush(tls);
    } catch (Exception failed) {
      written.tryFailure(failed);
    }
    return written;
  }

  private static ByteBuf answer(String status, Problem problem) {
    String body = Json.encode(problem.body());
    return Unpooled.copiedBuffer(
        "HTTP/1.1 "
            + status
            + "\r\nDate: "
            + DateHeader.now()
            + "\r\nContent-Type: application/problem+json\r\n"
            + "Connection: close\r\nContent-Length: "
            + body.getBytes(UTF_8).length
            + "\r\n\r\n"
            + body,
        UTF_8);
  }
}
