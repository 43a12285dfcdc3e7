package dev.boardcast.web.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boardcast.spi.Json;
import dev.boardcast.spi.Problem;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection on which the head of a request takes too long to arrive, whether it sends
 * nothing or one byte at a time, or has too many lines before it is complete, and counts it until
 * its client has a valid token. Event loop of the channel.
 */
public final class ConnectionGuard extends ChannelInboundHandlerAdapter {
  /** Most header lines of a head that has not arrived whole. */
  static final int MAX_LINES = 128;

  private static final long LAST_READ_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final String SETTING = "http-head-limit";
  private static final String LINES = "header-lines";
  private static final AttributeKey<ConnectionGuard> KEY =
      AttributeKey.valueOf("boardcast.connection-guard");

  private final long limitNanos;
  private final LimitMeters meters;
  private final String client;
  private final ChannelFutureListener onClose = closed -> release();
  private Runnable onRelease;
  private Channel channel;
  private ScheduledFuture<?> timer;
  // Since when a head is awaited or arriving; meaningless while a request is answered.
  private long since;
  private boolean answering;
  private boolean quiet;
  private boolean late;
  private boolean multiplexed;
  private boolean refused;

  ConnectionGuard(Duration limit, LimitMeters meters, String client, Runnable onRelease) {
    this.limitNanos = limit.toNanos();
    this.meters = meters;
    this.client = client;
    this.onRelease = onRelease;
  }

  /** Guards a channel that was just accepted. */
  static void attach(Channel accepted, ConnectionGuard guard) {
    guard.channel = accepted;
    guard.since = System.nanoTime();
    accepted.attr(KEY).set(guard);
    accepted.closeFuture().addListener(guard.onClose);
    accepted.pipeline().addFirst("boardcast-guard", guard);
  }

  /** The guard of a request's connection; empty on a server of a host application. */
  static Optional<ConnectionGuard> of(HttpServerRequest request) {
    return ServerChannels.of(request.connection()).map(found -> found.attr(KEY).get());
  }

  /** A head has arrived. A connection of HTTP/2 is bounded by its idle time from then on. */
  void begin(HttpVersion version) {
    answering = true;
    multiplexed = version == HttpVersion.HTTP_2;
  }

  /** The answer has ended, and another head may follow. */
  void end() {
    if (multiplexed) return;
    answering = false;
    // Time begins with the first byte.
    quiet = true;
  }

  /** The client has a valid token, or is counted otherwise. */
  void counted() {
    if (onRelease == null) return;
    channel.closeFuture().removeListener(onClose);
    release();
  }

  void stopReading() {
    channel.config().setAutoRead(false);
  }

  private void release() {
    Runnable once = onRelease;
    onRelease = null;
    if (once != null) once.run();
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
    context.fireChannelRead(message);
    boundLines(context);
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
    long left = answering || quiet ? limitNanos : since + limitNanos - System.nanoTime();
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
    meters.refused(SETTING, client);
    var problem =
        Problem.of(
            408, "Request timeout", "the head of the request took too long (" + SETTING + ")");
    cut(context, "408 Request Timeout", problem).addListener(ChannelFutureListener.CLOSE);
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
            + "\r\nContent-Type: application/problem+json\r\n"
            + "Connection: close\r\nContent-Length: "
            + body.getBytes(UTF_8).length
            + "\r\n\r\n"
            + body,
        UTF_8);
  }
}
