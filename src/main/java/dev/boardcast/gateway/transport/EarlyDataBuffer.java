package dev.boardcast.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Holds what a client says before its handshake is answered, until there is somebody to read it:
 * once taken off the pipeline, it hands all on. One event loop.
 */
public final class EarlyDataBuffer extends ChannelInboundHandlerAdapter {
  // One read; a handshake is answered within the turn.
  private static final int MOST = 128 << 10;

  private final Queue<ByteBuf> held = new ArrayDeque<>(2);
  private int size;
  private ChannelHandlerContext channel;

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      context.fireChannelRead(message);
      return;
    }
    held.add(bytes);
    size += bytes.readableBytes();
    if (size > MOST) context.close();
  }

  /** Leaves; what was held goes to whoever is behind now. */
  public void letGo() {
    if (!channel.isRemoved()) channel.pipeline().remove(this);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    boolean gone = !context.channel().isActive();
    while (!held.isEmpty()) {
      if (gone) {
        ReferenceCountUtil.release(held.remove());
      } else {
        context.fireChannelRead(held.remove());
      }
    }
    if (!gone) context.fireChannelReadComplete();
  }
}
