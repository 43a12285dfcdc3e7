package dev.boardcast.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An {@link Outlet} over a channel that was taken over from Vert.x: it speaks WebSocket itself,
 * writes bytes that all receivers share, and flushes once per turn of the event loop. Idle, it
 * holds neither buffers nor timers. One event loop.
 */
final class ChannelOutlet extends ChannelDuplexHandler implements Outlet, Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ChannelOutlet.class);
  // Of one turn; what is more waits in the session's own queue, which is bounded.
  private static final int MOST_DUE = 64 << 10;
  // Of one turn to a client that was seen to read slowly: what is handed over can be replaced by
  // nothing newer any more.
  private static final int LEAST_DUE = 1 << 10;

  private final Sockets sockets;
  private final boolean compression;
  private Takeover takeover;
  private VertxBooks books = VertxBooks.NONE;
  private ChannelHandlerContext channel;
  private Listener listener;
  private Bundle due;
  private Inbound inbound;
  private boolean attaching;
  private boolean flushDue;
  private boolean wanting;
  private boolean stuck;
  private int most = MOST_DUE;
  private boolean paused;
  private boolean closing;
  private boolean deaf;
  private boolean gone;
  private byte[] latePong;

  /** With permessage-deflate where that was agreed on. */
  ChannelOutlet(Takeover takeover, Sockets sockets, boolean compression) {
    this.takeover = takeover;
    this.sockets = sockets;
    this.compression = compression;
  }

  @Override
  public void attach(Listener to) {
    listener = to;
    books = takeover.books();
    attaching = true;
    takeover.to(this);
    attaching = false;
    // It holds what Vert.x kept for this connection.
    takeover = null;
    // What came with the handshake is read when the session is ready for it.
    if (inbound != null) sockets.turn().atEnd(this::readOn);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context;
  }

  @Override
  public void write(Frame frame) {
    if (gone) return;
    due = sockets.start(compression).add(due, frame);
    flushAtEnd();
  }

  @Override
  public boolean isWritable() {
    if (stuck) return false;
    if (due != null && due.size() >= most) {
      wanting = true;
      return false;
    }
    return channel.channel().isWritable();
  }

  @Override
  public void ping() {
    if (gone || stuck) return;
    channel.write(Control.PING.with(Control.NOTHING), channel.voidPromise());
    flushAtEnd();
  }

  @Override
  public void pause() {
    paused = true;
    channel.channel().config().setAutoRead(false);
  }

  @Override
  public void resume() {
    if (!paused || gone) return;
    paused = false;
    channel.channel().config().setAutoRead(true);
    readOn();
  }

  @Override
  public void close(int code, String reason) {
    if (gone || closing) return;
    closing = true;
    Below.leaveItToTheKernel(channel.channel());
    writeDue();
    var sent = channel.writeAndFlush(Control.CLOSE.with(Control.goodbye(code, reason)));
    // Who broke the protocol cannot be relied on to answer; it sees the end of the stream instead.
    if (deaf) sent.addListener(done -> endOutput());
  }

  @Override
  public void kill() {
    channel.close();
  }

  /** The end of the turn: all that is due leaves. */
  @Override
  public void run() {
    flushDue = false;
    if (gone) return;
    if (due == null) {
      channel.flush();
    } else {
      // One way through the pipeline for both.
      channel.writeAndFlush(takeDue(), channel.voidPromise());
    }
    sockets.flushed();
    if (!stuck) lookWhatStays();
    if (wanting) {
      wanting = false;
      if (isWritable()) sockets.turn().atEnd(listener::writable);
    }
  }

  /**
   * What the kernel did not take waits here; the rest had better wait where newer may replace it.
   */
  private void lookWhatStays() {
    if (!Below.isStuck(channel.channel())) {
      if (most < MOST_DUE) most *= 2;
      return;
    }
    stuck = true;
    most = LEAST_DUE;
    // Leaves after all that is there.
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(left -> unstuck());
  }

  private void unstuck() {
    stuck = false;
    if (!gone) room();
  }

  private void room() {
    byte[] asked = latePong;
    latePong = null;
    if (asked != null) pong(asked);
    sockets.turn().atEnd(listener::writable);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (deaf || !(message instanceof ByteBuf bytes)) return;
      books.read(bytes.readableBytes());
      if (inbound == null) inbound = new Inbound(this, listener, sockets, compression);
      inbound.read(bytes);
      forgetWhenRead();
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext nobodyIsBehind) {}

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    gone = true;
    inbound = null;
    if (due != null) sockets.start(compression).drop(due);
    due = null;
    books.closed();
    listener.closed();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (context.channel().isWritable()) room();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (Below.isShutdown(event)) goAway();
    ReferenceCountUtil.release(event);
  }

  /** Somebody closes the channel who does not know the session: its server, as a rule. */
  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    goAway();
    context.close(promise);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) LOG.warn("a client's connection failed", cause);
    context.close();
  }

  /** Whether the next frame may be brought to the session. */
  boolean takes() {
    return !attaching && !paused && !deaf;
  }

  boolean isClosing() {
    return closing;
  }

  /**
   * Hears nothing more: a reset connection would take our goodbye with it, so bytes are read on.
   */
  void turnDeaf() {
    deaf = true;
  }

  void pong(byte[] payload) {
    if (gone || closing) return;
    if (stuck || !channel.channel().isWritable()) {
      // Who asks on and does not read gets an answer to the last one.
      latePong = payload;
      return;
    }
    writeDue();
    channel.write(Control.PONG.with(payload), channel.voidPromise());
    flushAtEnd();
  }

  /** The peer says goodbye: it gets its answer, if that is not what it gave, and the line ends. */
  void goodbye(byte[] payload) {
    deaf = true;
    if (closing) {
      channel.close();
      return;
    }
    closing = true;
    writeDue();
    channel
        .writeAndFlush(Control.CLOSE.with(payload))
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE)
        .addListener(done -> channel.close());
  }

  private void goAway() {
    close(CloseCode.GOING_AWAY.number(), CloseCode.GOING_AWAY.reason());
  }

  private void readOn() {
    if (inbound == null || gone) return;
    inbound.goOn();
    forgetWhenRead();
  }

  private void forgetWhenRead() {
    if (inbound != null && (deaf || inbound.isEmpty())) inbound = null;
  }

  private void writeDue() {
    if (due != null) channel.write(takeDue(), channel.voidPromise());
  }

  private ByteBuf takeDue() {
    Bundle now = due;
    due = null;
    books.written(now.size());
    return sockets.start(compression).take(now);
  }

  private void endOutput() {
    if (channel.channel() instanceof DuplexChannel duplex && !sockets.isSsl(channel.pipeline())) {
      duplex.shutdownOutput();
    }
  }

  private void flushAtEnd() {
    if (flushDue) return;
    flushDue = true;
    sockets.turn().atEnd(this);
  }
}
