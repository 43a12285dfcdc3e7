package dev.boardcast.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Keeps what a client sends before its handshake is answered, bounded; once removed from the
 * pipeline, it passes all of it on. One event loop.
 */
final class EarlyDataBuffer extends ChannelInboundHandlerAdapter {
  // Two reads; a client that sends more before the answer is disconnected.
  private static final int MAX_BYTES = 128 << 10;

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
    if (size > MAX_BYTES) context.close();
  }

  /** Leaves the pipeline; the next handler gets what was kept. */
  void release() {
    NettyInternals.remove(channel);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    boolean closed = !context.channel().isActive();
    while (!held.isEmpty()) {
      if (closed) {
        ReferenceCountUtil.release(held.remove());
      } else {
        context.fireChannelRead(held.remove());
      }
    }
    if (!closed) context.fireChannelReadComplete();
  }
}
