package dev.boardcast.gateway.transport;

import dev.boardcast.gateway.GatewayMeters;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets that have something to send in this turn of the event loop: each leaves what is due
 * in one flush at its end, however many messages that are. One event loop.
 */
final class FlushBatch {
  private static final Logger LOG = LoggerFactory.getLogger(FlushBatch.class);
  // What the kernel does for one socket pushes the next one's objects out of the nearest caches.
  // For several at once they are fetched in the time of one.
  private static final int TOGETHER = 16;

  private final TickScheduler turn;
  private final GatewayMeters meters;
  private final ByteBuf[] prepared = new ByteBuf[TOGETHER];
  private List<NettyChannelWriter> due = new ArrayList<>();
  private List<NettyChannelWriter> spare = new ArrayList<>();

  FlushBatch(TickScheduler turn, GatewayMeters meters) {
    this.turn = turn;
    this.meters = meters;
  }

  /** FlushBatch a socket at the end of this turn, once per call. */
  void add(NettyChannelWriter writer) {
    if (due.isEmpty()) turn.atEnd(this::run);
    due.add(writer);
  }

  TickScheduler turn() {
    return turn;
  }

  private void run() {
    List<NettyChannelWriter> now = due;
    due = spare;
    spare = now;
    try {
      for (int from = 0; from < now.size(); from += TOGETHER) {
        int count = Math.min(TOGETHER, now.size() - from);
        for (int i = 0; i < count; i++) prepared[i] = prepare(now.get(from + i));
        for (int i = 0; i < count; i++) flush(now.get(from + i), prepared[i]);
      }
      meters.flushes(now.size());
    } finally {
      now.clear();
    }
  }

  // One socket's failure must not cost the others their flush; no memory is one of them.

  private static ByteBuf prepare(NettyChannelWriter writer) {
    try {
      return writer.prepare();
    } catch (RuntimeException | OutOfMemoryError failure) {
      // Told when it is flushed.
      return null;
    }
  }

  private static void flush(NettyChannelWriter writer, ByteBuf bytes) {
    try {
      writer.flush(bytes);
    } catch (RuntimeException | OutOfMemoryError failure) {
      LOG.error("a socket could not be flushed, and is closed", failure);
      writer.fail();
    }
  }
}
