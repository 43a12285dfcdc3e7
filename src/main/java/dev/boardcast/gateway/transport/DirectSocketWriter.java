package dev.boardcast.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;

/**
 * From our bytes to the kernel past the channel's own queue, which would cost each receiver of a
 * message more than all the rest but the kernel's work. {@code NettyInternalsIT} fails when it is
 * not to be had any more; then bytes go through the channel. Event loop of the channel.
 */
final class DirectSocketWriter {
  private final Channel channel;
  private final Socket socket;

  private DirectSocketWriter(Channel channel, Socket socket) {
    this.channel = channel;
    this.socket = socket;
  }

  /** Null where the transport has none, and where somebody else is to see the bytes first. */
  static DirectSocketWriter of(Channel channel) {
    // io_uring's sockets are of the same kind, but it does the sending itself.
    if (!channel.getClass().getName().startsWith("io.netty.channel.epoll")) return null;
    if (channel.pipeline().get(SslHandler.class) != null) return null;
    return channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket
        ? new DirectSocketWriter(channel, socket)
        : null;
  }

  /** Whether it is open, and nothing waits in the channel that must go first. */
  boolean isClear() {
    // A closed socket's number may be another client's by now.
    if (!socket.isOpen()) return false;
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    return waiting != null && waiting.totalPendingWriteBytes() == 0;
  }

  /**
   * Sends what the kernel takes at once; only when {@link #isClear clear}.
   *
   * @return how many bytes it took; 0 as well when the connection has failed, which the channel
   *     finds out by itself
   */
  int send(ByteBuf bytes) {
    if (!bytes.hasMemoryAddress() || !isClear()) return 0;
    try {
      return socket.sendAddress(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
    } catch (IOException failed) {
      return 0;
    }
  }
}
