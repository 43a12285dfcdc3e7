package dev.boardcast.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.List;

/**
 * Brings a client what a gateway sends, no faster than the client takes it. Little is under way:
 * what waits here, or in this machine's kernel, the gateway can replace by nothing newer. Vert.x's
 * own queues count messages, of whatever size. One event loop.
 */
final class Pump {
  private static final int MOST_UNDER_WAY = 1 << 10;
  // By name: not every system has the classes. What a transport does not know, it ignores.
  private static final List<ChannelOption<Long>> NOT_SENT_LOW_WATER =
      List.of(
          ChannelOption.valueOf("io.netty.channel.epoll.EpollChannelOption#TCP_NOTSENT_LOWAT"),
          ChannelOption.valueOf("io.netty.channel.uring.IoUringChannelOption#TCP_NOTSENT_LOWAT"));

  private final WriteStream<Buffer> client;
  private final Backpressure backpressure;
  private final Runnable stop;
  private final Runnable goOn;
  private int underWay;
  private boolean full;

  /**
   * @param stop called when the gateway's side is to be read no more
   * @param goOn called when it is to be read again
   */
  Pump(WriteStream<Buffer> client, Backpressure backpressure, Runnable stop, Runnable goOn) {
    this.client = client;
    this.backpressure = backpressure;
    this.stop = stop;
    this.goOn = goOn;
  }

  /** The kernel, too, is to take little that the client is not ready for. */
  static void keepLittleUnderWay(Channel client) {
    try {
      for (ChannelOption<Long> option : NOT_SENT_LOW_WATER) {
        client.config().setOption(option, (long) MOST_UNDER_WAY);
      }
    } catch (ChannelException closed) {
      // Whoever listens to it is told.
    }
  }

  void bring(Buffer bytes) {
    int length = bytes.length();
    underWay += length;
    client.write(bytes).onComplete(gone -> taken(length));
    if (underWay <= MOST_UNDER_WAY) return;
    if (!full) backpressure.hold();
    full = true;
    // Each time: who is to stop may have been told to go on by others.
    stop.run();
  }

  private void taken(int length) {
    underWay -= length;
    if (!full || underWay > MOST_UNDER_WAY) return;
    full = false;
    backpressure.release();
    goOn.run();
  }
}
