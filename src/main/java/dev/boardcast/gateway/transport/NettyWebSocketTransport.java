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
 * Implements WebSocket on a channel that was taken over from Vert.x. An idle one holds neither
 * buffers nor timers. One event loop.
 */
final class NettyWebSocketTransport extends NettyChannelWriter implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(NettyWebSocketTransport.class);

  private final TransportFactory factory;
  private final boolean compression;
  private NettyInternals.ChannelTakeover takeover;
  private byte[] answer;
  private ChannelHandlerContext channel;
  private Listener listener;
  private InboundReader inbound;
  private boolean attaching;
  private boolean paused;
  private boolean closing;
  private boolean ignoresInput;
  private byte[] pendingPong;

  /**
   * @param compression whether permessage-deflate was agreed on
   * @param answer to the handshake, to be written before everything else; null where that is done
   */
  NettyWebSocketTransport(
      NettyInternals.ChannelTakeover takeover,
      TransportFactory factory,
      boolean compression,
      byte[] answer) {
    super(factory.flushes(), factory.start(compression));
    this.takeover = takeover;
    this.factory = factory;
    this.compression = compression;
    this.answer = answer;
  }

  @Override
  public void attach(Listener to) {
    listener = to;
    attaching = true;
    takeover.replaceBy(this);
    attaching = false;
    begin(channel, takeover.metrics(), to);
    // It refers to objects of Vert.x, which would be kept as long as the session.
    takeover = null;
    if (answer != null) first(answer);
    answer = null;
    // What came with the handshake is read when the session is ready for it.
    if (inbound != null) factory.ticks().atEnd(this::readOn);
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
    if (!paused || isClosed()) return;
    paused = false;
    channel.channel().config().setAutoRead(true);
    readOn();
  }

  @Override
  public void close(int code, String reason) {
    if (isClosed() || closing) return;
    closing = true;
    NettyInternals.releaseKernelBuffer(channel.channel());
    writeDue();
    var sent =
        channel.writeAndFlush(ControlFrame.CLOSE.with(ControlFrame.closePayload(code, reason)));
    // A client that broke the protocol may not answer; the end of the stream ends it as well.
    if (ignoresInput) sent.addListener(done -> endOutput());
  }

  @Override
  public void kill() {
    channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (ignoresInput || !(message instanceof ByteBuf bytes)) return;
      metrics().read(bytes.readableBytes());
      if (inbound == null) inbound = new InboundReader(this, listener, factory, compression);
      inbound.read(bytes);
      dropReaderWhenEmpty();
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext lastOfThePipeline) {}

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end();
    inbound = null;
    metrics().closed();
    listener.closed();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (NettyInternals.isServerShutdown(event)) goAway();
    ReferenceCountUtil.release(event);
  }

  /** The channel is closed by other code than the session's, such as its server. */
  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    goAway();
    context.close(promise);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) {
      log(() -> LOG.warn("a client's connection failed", cause));
    }
    context.close();
  }

  @Override
  void onRoom() {
    byte[] payload = pendingPong;
    pendingPong = null;
    if (payload != null) pong(payload);
    super.onRoom();
  }

  /** Whether the next frame may be passed to the session. */
  boolean isReady() {
    return !attaching && !paused && !ignoresInput;
  }

  boolean isClosing() {
    return closing;
  }

  /**
   * Discards what arrives from now on. It is still read: a connection that is reset would lose the
   * close frame.
   */
  void ignoreInput() {
    ignoresInput = true;
  }

  void pong(byte[] payload) {
    if (isClosed() || closing) return;
    if (!hasRoom()) {
      // A client that pings and does not read gets one pong, to its last ping.
      pendingPong = payload;
      return;
    }
    writeDue();
    control(ControlFrame.PONG.with(payload));
  }

  /**
   * A close frame of the client: it is answered, unless it is an answer itself, and the connection
   * ends.
   */
  void onClose(byte[] payload) {
    ignoresInput = true;
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
    if (inbound == null || isClosed()) return;
    inbound.goOn();
    dropReaderWhenEmpty();
  }

  private void dropReaderWhenEmpty() {
    if (inbound != null && (ignoresInput || inbound.isEmpty())) inbound = null;
  }

  private void endOutput() {
    if (channel.channel() instanceof DuplexChannel duplex && !NettyInternals.isEncrypted(channel)) {
      duplex.shutdownOutput();
    }
  }
}
