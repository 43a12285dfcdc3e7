package dev.boardcast.web.limits;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Follows the frames of one connection behind the handler of TLS, and leaves the pipeline of a
 * connection that speaks HTTP/1. Event loop of the channel.
 */
final class Http2FrameFollower extends ChannelInboundHandlerAdapter {
  private final Http2Frames frames;

  Http2FrameFollower(Http2Frames frames) {
    this.frames = frames;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes) frames.read(bytes);
    // Before others read: a channel is taken over as it is when its handshake is read.
    if (frames.isOther() && !context.isRemoved()) context.pipeline().remove(this);
    context.fireChannelRead(message);
  }
}
