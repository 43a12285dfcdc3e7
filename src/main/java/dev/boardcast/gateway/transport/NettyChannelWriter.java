package dev.boardcast.gateway.transport;

import dev.boardcast.gateway.protocol.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;

/**
 * The writing half of a {@link NettyWebSocketTransport}: bytes that all receivers share, one flush
 * per turn of the event loop, and no more under way to a slow client than it reads. Of one object
 * with the other half, because it is gone through for each receiver of each message. One event
 * loop.
 */
abstract class NettyChannelWriter extends ChannelDuplexHandler {
  // Of one turn; what is more waits in the session's own queue, which is bounded.
  private static final int MOST_DUE = 64 << 10;
  // Of one turn to a client that was seen to read slowly: what is handed over can be replaced by
  // nothing newer any more.
  private static final int LEAST_DUE = 1 << 10;

  private final FlushBatch flushes;
  private final FrameBatch.Start start;
  private VertxConnectionMetrics books = VertxConnectionMetrics.NONE;
  private ChannelHandlerContext channel;
  private DirectSocketWriter shortcut;
  private Transport.Listener listener;
  private FrameBatch due;
  private int most = MOST_DUE;
  private boolean flushDue;
  private boolean wanting;
  private boolean stuck;
  private boolean pingLate;
  private boolean gone;

  NettyChannelWriter(FlushBatch flushes, FrameBatch.Start start) {
    this.flushes = flushes;
    this.start = start;
  }

  /** The channel is ours. */
  final void begin(ChannelHandlerContext ours, VertxConnectionMetrics told, Transport.Listener to) {
    channel = ours;
    books = told;
    listener = to;
    shortcut = DirectSocketWriter.of(ours.channel());
  }

  /** The channel is gone. */
  final void end() {
    gone = true;
    if (due != null) start.drop(due);
    due = null;
  }

  final boolean isGone() {
    return gone;
  }

  final VertxConnectionMetrics books() {
    return books;
  }

  public final void write(Frame frame) {
    if (gone) return;
    due = start.add(due, frame);
    flushAtEnd();
  }

  public final boolean isWritable() {
    if (!hasRoom()) return false;
    boolean full = due != null && due.size() >= most;
    wanting |= full;
    return !full;
  }

  public final void ping() {
    if (gone) return;
    // What it has not read yet comes first; then it has a sign of life to give.
    if (stuck) pingLate = true;
    else control(ControlFrame.PING.with(ControlFrame.NOTHING));
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
   * The end of the turn nears.
   *
   * @return what may go straight to the kernel; null when it goes through the channel, if anything
   *     is due at all
   */
  final ByteBuf prepare() {
    return due != null && shortcut != null && shortcut.isClear() ? start.look(due) : null;
  }

  /** What is due cannot be had: the client comes back and goes on where it was. */
  final void fail() {
    channel.close();
  }

  /** The end of the turn: all that is due leaves. */
  final void flush(ByteBuf prepared) {
    flushDue = false;
    if (gone) return;
    int sent = prepared == null ? 0 : shortcut.send(prepared);
    if (prepared != null && sent == due.size()) {
      books.written(sent);
      start.drop(due);
      due = null;
      takeMore();
    } else {
      flushChannel(sent);
    }
    if (!wanting) return;
    wanting = false;
    if (isWritable()) flushes.turn().atEnd(listener::writable);
  }

  @Override
  public final void channelWritabilityChanged(ChannelHandlerContext context) {
    if (context.channel().isWritable()) room();
  }

  /** Whether nothing waits for the client to read but what is due in this turn. */
  final boolean hasRoom() {
    return !stuck && channel.channel().isWritable();
  }

  /** There is room again. */
  void room() {
    flushes.turn().atEnd(listener::writable);
  }

  private void flushChannel(int sent) {
    if (due == null) {
      channel.flush();
    } else {
      // One way through the pipeline for both.
      channel.writeAndFlush(takeDue().skipBytes(sent), channel.voidPromise());
    }
    if (!stuck) lookWhatStays();
  }

  /**
   * What the kernel did not take waits here; the rest had better wait where newer may replace it.
   */
  private void lookWhatStays() {
    if (!NettyInternals.isStuck(channel.channel())) {
      takeMore();
      return;
    }
    stuck = true;
    most = LEAST_DUE;
    // Leaves after all that is there.
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(left -> unstuck());
  }

  private void takeMore() {
    if (most < MOST_DUE) most *= 2;
  }

  private void unstuck() {
    stuck = false;
    if (gone) return;
    if (pingLate) {
      pingLate = false;
      ping();
    }
    room();
  }

  private ByteBuf takeDue() {
    ByteBuf bytes = start.take(due);
    books.written(due.size());
    due = null;
    return bytes;
  }

  private void flushAtEnd() {
    if (flushDue) return;
    flushDue = true;
    flushes.add(this);
  }
}
