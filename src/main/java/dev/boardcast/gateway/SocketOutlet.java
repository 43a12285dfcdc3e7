package dev.boardcast.gateway;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.nio.charset.StandardCharsets;

/**
 * An {@link Outlet} over a Vert.x WebSocket. The only class that reaches past Vert.x's public API:
 * it writes shared bytes below Vert.x's per-receiver encoding and flushes once per turn, learns of
 * writability from the channel, and answers what Netty cannot decode with a close frame where
 * Vert.x would cut the line. One event loop.
 */
final class SocketOutlet extends ChannelInboundHandlerAdapter implements Outlet {
  private static final int MAX_REASON = 123;

  private final ServerWebSocket socket;
  private final ChannelHandlerContext channel;
  private final Turn turn;
  private final TextAssembler assembler;
  private Listener listener;
  private boolean flushDue;
  private boolean discarding;
  private boolean closing;

  /**
   * @param maxMessage most bytes of a message, however many fragments it comes in
   */
  SocketOutlet(ServerWebSocket socket, Turn turn, int maxMessage) {
    this.socket = socket;
    this.channel = ((WebSocketInternal) socket).channelHandlerContext();
    this.turn = turn;
    this.assembler = new TextAssembler(maxMessage);
  }

  @Override
  public void attach(Listener to) {
    listener = to;
    try {
      socket.frameHandler(frame -> assembler.take(frame, to));
      socket.closeHandler(closed -> to.closed());
      channel.pipeline().addBefore(channel.name(), null, this);
      // The bound on silence before the upgrade; pings and the session's vigil take its place.
      if (channel.pipeline().get(IdleStateHandler.class) != null) {
        channel.pipeline().remove(IdleStateHandler.class);
      }
    } catch (IllegalStateException alreadyClosed) {
      to.closed();
    }
  }

  @Override
  public void write(Frame frame) {
    var bytes = Unpooled.wrappedBuffer(frame.bytes());
    channel.write(new TextWebSocketFrame(true, 0, bytes), channel.voidPromise());
    flushAtEnd();
  }

  @Override
  public boolean isWritable() {
    return channel.channel().isWritable();
  }

  @Override
  public void ping() {
    channel.write(new PingWebSocketFrame(Unpooled.EMPTY_BUFFER), channel.voidPromise());
    flushAtEnd();
  }

  @Override
  public void pause() {
    socket.pause();
  }

  @Override
  public void resume() {
    socket.resume();
  }

  @Override
  public void close(int code, String reason) {
    closing = true;
    channel.flush();
    socket.close((short) code, shortened(reason));
    channel.flush();
  }

  @Override
  public void kill() {
    channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    // Once closing, only the peer's goodbye matters; pings get no more pongs.
    if (discarding || (closing && !(message instanceof CloseWebSocketFrame))) {
      ReferenceCountUtil.release(message);
    } else {
      context.fireChannelRead(message);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (context.channel().isWritable()) turn.atEnd(listener::writable);
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof CorruptedWebSocketFrameException corrupted)) {
      context.fireExceptionCaught(cause);
      return;
    }
    if (discarding) return;
    // What still comes is read and dropped: a reset connection would take our goodbye with it.
    discarding = true;
    context.pipeline().remove(WebSocketFrameDecoder.class);
    if (WebSocketCloseStatus.MESSAGE_TOO_BIG.equals(corrupted.closeStatus())) {
      listener.tooBig();
    } else {
      listener.protocolError();
    }
  }

  private void flushAtEnd() {
    if (flushDue) return;
    flushDue = true;
    turn.atEnd(
        () -> {
          flushDue = false;
          channel.flush();
        });
  }

  /** At most as long as a close frame can carry. */
  private static String shortened(String reason) {
    String end = reason;
    while (end.getBytes(StandardCharsets.UTF_8).length > MAX_REASON) {
      end = end.substring(0, end.length() - 1);
    }
    return end;
  }
}
