package dev.boardcast.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.ShutdownEvent;
import java.util.List;
import java.util.Optional;

/**
 * What is known of channels below Vert.x's public API, beside {@link ChannelTakeover}; nobody else
 * in this room reaches there. {@code NettyInternalsIT} fails when it is not so any more; then
 * clients are served all the same, slow ones with older numbers.
 */
final class NettyInternals {
  // By name: not every system has the classes. What a transport does not know, it says.
  private static final List<ChannelOption<Long>> NOT_SENT_LOW_WATER =
      List.of(
          ChannelOption.valueOf("io.netty.channel.epoll.EpollChannelOption#TCP_NOTSENT_LOWAT"),
          ChannelOption.valueOf("io.netty.channel.uring.IoUringChannelOption#TCP_NOTSENT_LOWAT"));
  // What the kernel takes beyond what may travel to the client now: little grows old there.
  private static final long MOST_NOT_SENT = 1 << 10;
  private static final long ANY = 0xffff_ffffL;
  // Where that cannot be said, what it takes at all.
  private static final int MOST_KEPT = 64 << 10;
  // That and what may wait here, as kernels count: with what they need beside it.
  private static final int MOST_AT_THE_END = 256 << 10;

  private NettyInternals() {}

  /** The channel of a connection; empty where it cannot be had. */
  static Optional<Channel> channel(HttpConnection connection) {
    return connection instanceof ConnectionBase base
        ? Optional.of(base.channel())
        : Optional.empty();
  }

  /** The same bytes, not copied. */
  static Buffer buffer(ByteBuf bytes) {
    return BufferInternal.buffer(bytes);
  }

  /** Whether it is Vert.x's word that its server closes. */
  static boolean isShutdown(Object event) {
    return event instanceof ShutdownEvent;
  }

  /** Sees to it that the kernel takes little that the client is not ready for. */
  static void keepLittleUnderWay(Channel channel) {
    try {
      if (!notSent(channel, MOST_NOT_SENT)) {
        channel.config().setOption(ChannelOption.SO_SNDBUF, MOST_KEPT);
      }
    } catch (ChannelException closed) {
      // Whoever listens to it is told.
    }
  }

  /** Nothing newer will come: the kernel may take all, and bring it when we have gone. */
  static void leaveItToTheKernel(Channel channel) {
    try {
      if (!notSent(channel, ANY)) {
        channel.config().setOption(ChannelOption.SO_SNDBUF, MOST_AT_THE_END);
      }
    } catch (ChannelException closed) {
      // As above.
    }
  }

  private static boolean notSent(Channel channel, long most) {
    for (ChannelOption<Long> option : NOT_SENT_LOW_WATER) {
      if (channel.config().setOption(option, most)) return true;
    }
    return false;
  }

  /** Whether the kernel, when asked, did not take all that was written and flushed. */
  static boolean isStuck(Channel channel) {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    if (waiting == null || waiting.isEmpty()) return false;
    // That one has not asked the kernel yet.
    return !channel.getClass().getName().startsWith("io.netty.channel.uring");
  }
}
