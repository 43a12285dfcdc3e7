package dev.boardcast.gateway.transport;

import dev.boardcast.gateway.protocol.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import org.slf4j.MDC;

/**
 * Writes to the channel of a {@link NettyWebSocketTransport}: bytes that all receivers share, one
 * flush per turn of the event loop, and no more in flight to a slow client than it reads. A
 * superclass and not a field, which would cost a memory access for each receiver of each message.
 * One event loop.
 */
abstract class NettyChannelWriter extends ChannelDuplexHandler {
  private static final String SESSION = "session";
  // In one turn; more waits in the session's own queue, which is bounded.
  private static final int MAX_DUE = 64 << 10;
  // In one turn to a slow client: what was written cannot be replaced by newer snapshots.
  private static final int MIN_DUE = 1 << 10;

  private final FlushBatch flushes;
  private final FrameBatch.Start start;
  private VertxConnectionMetrics metrics = VertxConnectionMetrics.NONE;
  private ChannelHandlerContext channel;
  private NettyInternals.DirectSocketWriter direct;
  private Transport.Listener listener;
  private FrameBatch due;
  private int limit = MAX_DUE;
  // Counted with the node's queues if it is more than the kernel accepts.
  private int held;
  private boolean flushDue;
  private boolean wantsMore;
  private boolean stuck;
  private boolean pingPending;
  private boolean closed;

  NettyChannelWriter(FlushBatch flushes, FrameBatch.Start start) {
    this.flushes = flushes;
    this.start = start;
  }

  /** Starts to write to a channel. */
  final void begin(
      ChannelHandlerContext taken, VertxConnectionMetrics counted, Transport.Listener to) {
    channel = taken;
    metrics = counted;
    listener = to;
    direct = NettyInternals.DirectSocketWriter.of(taken.channel());
  }

  /** Writes a line of the log that names the session. */
  final void log(Runnable line) {
    if (listener != null) MDC.put(SESSION, listener.id());
    try {
      line.run();
    } finally {
      MDC.remove(SESSION);
    }
  }

  /** Writes bytes before the first frame, and with those of this turn. */
  final void first(byte[] bytes) {
    metrics.written(bytes.length);
    control(channel.alloc().directBuffer(bytes.length, bytes.length).writeBytes(bytes));
  }

  /** The channel is closed. */
  final void end() {
    closed = true;
    if (due != null) start.drop(due);
    due = null;
    hold(0);
  }

  final boolean isClosed() {
    return closed;
  }

  final VertxConnectionMetrics metrics() {
    return metrics;
  }

  public final void write(Frame frame) {
    if (closed) return;
    due = start.add(due, frame);
    flushAtEnd();
  }

  public final boolean isWritable() {
    if (!hasRoom()) return false;
    boolean full = due != null && due.size() >= limit;
    wantsMore |= full;
    return !full;
  }

  public final int pendingBytes() {
    return held;
  }

  public final void ping() {
    if (closed) return;
    // The client answers a ping only after it has read what was written before.
    if (stuck) pingPending = true;
    else control(ControlFrame.PING.with(ControlFrame.EMPTY));
  }

  /** Writes a control frame, without what is due before it. */
  final void control(ByteBuf frame) {
    channel.write(frame, channel.voidPromise());
    flushAtEnd();
  }

  /** Writes what is due, before something that must not overtake it. */
  final void writeDue() {
    if (due != null) channel.write(takeDue(), channel.voidPromise());
  }

  /**
   * Makes the bytes of this turn.
   *
   * @return what may go straight to the kernel; null when it goes through the channel, or nothing
   *     is due
   */
  final ByteBuf prepare() {
    return due != null && direct != null && direct.isClear() ? start.look(due) : null;
  }

  /** The bytes cannot be made: the client reconnects and resumes. */
  final void fail() {
    channel.close();
  }

  /** Writes everything that is due, at the end of the turn. */
  final void flush(ByteBuf prepared) {
    flushDue = false;
    if (closed) return;
    int sent = prepared == null ? 0 : direct.send(prepared);
    if (prepared != null && sent == due.size()) {
      metrics.written(sent);
      start.drop(due);
      due = null;
      raiseLimit();
    } else {
      flushChannel(sent);
    }
    if (!wantsMore) return;
    wantsMore = false;
    if (isWritable()) flushes.ticks().atEnd(listener::writable);
  }

  @Override
  public final void channelWritabilityChanged(ChannelHandlerContext context) {
    if (context.channel().isWritable()) onRoom();
  }

  /** Whether nothing waits for the client but what is due in this turn. */
  final boolean hasRoom() {
    return !stuck && channel.channel().isWritable();
  }

  /** The channel is writable again. */
  void onRoom() {
    flushes.ticks().atEnd(listener::writable);
  }

  private void flushChannel(int sent) {
    if (due == null) {
      channel.flush();
    } else {
      // One pass through the pipeline for both.
      channel.writeAndFlush(takeDue().skipBytes(sent), channel.voidPromise());
    }
    if (!stuck) checkWhatStays();
  }

  /**
   * Notices that the kernel did not take everything. Then the session keeps the rest in its queue,
   * where newer snapshots replace older ones.
   */
  private void checkWhatStays() {
    if (!NettyInternals.isStuck(channel.channel())) {
      raiseLimit();
      return;
    }
    stuck = true;
    limit = MIN_DUE;
    hold(NettyInternals.pendingBytes(channel.channel()));
    // Leaves after everything else.
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(left -> unstuck());
  }

  private void hold(int bytes) {
    flushes.queued().add(bytes - held);
    held = bytes;
  }

  private void raiseLimit() {
    if (limit < MAX_DUE) limit *= 2;
  }

  private void unstuck() {
    stuck = false;
    hold(0);
    if (closed) return;
    if (pingPending) {
      pingPending = false;
      ping();
    }
    onRoom();
  }

  private ByteBuf takeDue() {
    ByteBuf bytes = start.take(due);
    metrics.written(due.size());
    due = null;
    return bytes;
  }

  private void flushAtEnd() {
    if (flushDue) return;
    flushDue = true;
    flushes.add(this);
  }
}
