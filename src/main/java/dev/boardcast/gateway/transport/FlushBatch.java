package dev.boardcast.gateway.transport;

import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.GatewayMeters;
import dev.boardcast.gateway.loop.QueuedBytes;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flushes the sockets that have something to send in this turn of the event loop, each once at its
 * end, however many messages are due. One event loop.
 */
final class FlushBatch {
  private static final Logger LOG = LoggerFactory.getLogger(FlushBatch.class);
  // The kernel's work for one socket evicts the next one's objects from the near caches. The
  // objects
  // of several are fetched in the time of one.
  private static final int TOGETHER = 16;

  private final TickScheduler ticks;
  private final GatewayMeters meters;
  private final QueuedBytes queued;
  private final ByteBuf[] prepared = new ByteBuf[TOGETHER];
  private List<NettyChannelWriter> due = new ArrayList<>();
  private List<NettyChannelWriter> spare = new ArrayList<>();

  FlushBatch(GatewayLoop loop) {
    this.ticks = loop.ticks();
    this.meters = loop.meters();
    this.queued = loop.queued();
  }

  /** Flushes a socket at the end of this turn, once per call. */
  void add(NettyChannelWriter writer) {
    if (due.isEmpty()) ticks.atEnd(this::run);
    due.add(writer);
  }

  TickScheduler ticks() {
    return ticks;
  }

  QueuedBytes queued() {
    return queued;
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

  // A failure of one socket, even for lack of memory, must not prevent the flush of the others.

  private static ByteBuf prepare(NettyChannelWriter writer) {
    try {
      return writer.prepare();
    } catch (RuntimeException | OutOfMemoryError failure) {
      // The flush fails again, and is logged.
      return null;
    }
  }

  private static void flush(NettyChannelWriter writer, ByteBuf bytes) {
    try {
      writer.flush(bytes);
    } catch (RuntimeException | OutOfMemoryError failure) {
      writer.log(() -> LOG.error("a socket could not be flushed, and is closed", failure));
      writer.fail();
    }
  }
}
