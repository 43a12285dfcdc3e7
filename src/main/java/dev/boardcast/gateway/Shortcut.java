package dev.boardcast.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;

/**
 * From our bytes to the kernel past the channel's own queue, which costs each receiver more than
 * all the rest but the kernel's work. Whoever uses it knows that nothing waits in that queue. Event
 * loop of the channel.
 */
final class Shortcut {
  private final Socket socket;

  private Shortcut(Socket socket) {
    this.socket = socket;
  }

  /** Null where the transport has none, and where somebody else is to see the bytes first. */
  static Shortcut of(Channel channel) {
    // io_uring's sockets are of the same kind, but it does the sending itself.
    if (!channel.getClass().getName().startsWith("io.netty.channel.epoll")) return null;
    if (channel.pipeline().get(SslHandler.class) != null) return null;
    return channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket
        ? new Shortcut(socket)
        : null;
  }

  /** Whether it may be used: a closed socket's number may be another client's by now. */
  boolean isOpen() {
    return socket.isOpen();
  }

  /**
   * Sends what the kernel takes at once.
   *
   * @return how many bytes it took; 0 as well when the connection has failed, which the channel
   *     finds out by itself
   */
  int send(ByteBuf bytes) {
    if (!bytes.hasMemoryAddress() || !isOpen()) return 0;
    try {
      return socket.sendAddress(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
    } catch (IOException failed) {
      return 0;
    }
  }
}
