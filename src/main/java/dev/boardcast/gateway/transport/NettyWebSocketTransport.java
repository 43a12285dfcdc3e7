package dev.boardcast.gateway.transport;

import dev.boardcast.gateway.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An {@link Transport} over a channel that was taken over from Vert.x: it speaks WebSocket itself.
 * Idle, it holds neither buffers nor timers. One event loop.
 */
final class NettyWebSocketTransport extends NettyChannelWriter implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(NettyWebSocketTransport.class);

  private final TransportFactory sockets;
  private final boolean compression;
  private ChannelTakeover takeover;
  private ChannelHandlerContext channel;
  private Listener listener;
  private InboundReader inbound;
  private boolean attaching;
  private boolean paused;
  private boolean closing;
  private boolean deaf;
  private byte[] latePong;

  /** With permessage-deflate where that was agreed on. */
  NettyWebSocketTransport(ChannelTakeover takeover, TransportFactory sockets, boolean compression) {
    super(sockets.flushes(), sockets.start(compression));
    this.takeover = takeover;
    this.sockets = sockets;
    this.compression = compression;
  }

  @Override
  public void attach(Listener to) {
    listener = to;
    attaching = true;
    takeover.to(this);
    attaching = false;
    begin(channel, takeover.books(), to);
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
  public void pause() {
    paused = true;
    channel.channel().config().setAutoRead(false);
  }

  @Override
  public void resume() {
    if (!paused || isGone()) return;
    paused = false;
    channel.channel().config().setAutoRead(true);
    readOn();
  }

  @Override
  public void close(int code, String reason) {
    if (isGone() || closing) return;
    closing = true;
    NettyInternals.leaveItToTheKernel(channel.channel());
    writeDue();
    var sent = channel.writeAndFlush(ControlFrame.CLOSE.with(ControlFrame.goodbye(code, reason)));
    // Who broke the protocol cannot be relied on to answer; it sees the end of the stream instead.
    if (deaf) sent.addListener(done -> endOutput());
  }

  @Override
  public void kill() {
    channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (deaf || !(message instanceof ByteBuf bytes)) return;
      books().read(bytes.readableBytes());
      if (inbound == null) inbound = new InboundReader(this, listener, sockets, compression);
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
    end();
    inbound = null;
    books().closed();
    listener.closed();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (NettyInternals.isShutdown(event)) goAway();
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

  @Override
  void room() {
    byte[] asked = latePong;
    latePong = null;
    if (asked != null) pong(asked);
    super.room();
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
    if (isGone() || closing) return;
    if (!hasRoom()) {
      // Who asks on and does not read gets an answer to the last one.
      latePong = payload;
      return;
    }
    writeDue();
    control(ControlFrame.PONG.with(payload));
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
        .writeAndFlush(ControlFrame.CLOSE.with(payload))
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE)
        .addListener(done -> channel.close());
  }

  private void goAway() {
    close(CloseCode.GOING_AWAY.number(), CloseCode.GOING_AWAY.reason());
  }

  private void readOn() {
    if (inbound == null || isGone()) return;
    inbound.goOn();
    forgetWhenRead();
  }

  private void forgetWhenRead() {
    if (inbound != null && (deaf || inbound.isEmpty())) inbound = null;
  }

  private void endOutput() {
    if (channel.channel() instanceof DuplexChannel duplex && !sockets.isSsl(channel.pipeline())) {
      duplex.shutdownOutput();
    }
  }
}
