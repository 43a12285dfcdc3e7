package dev.boardcast.gateway.transport;

import dev.boardcast.gateway.protocol.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;

/**
 * The frames that are due for a socket in one turn, in order, encoded once and shared by all
 * sockets to which the same are due. A linked list: each batch is the one before it and one frame
 * more. One event loop.
 */
final class FrameBatch {
  private final FrameBatch before;
  private final Frame frame;
  private final int size;
  private FrameBatch next;
  private int waiting;
  private ByteBuf wire;

  private FrameBatch(FrameBatch before, Frame frame, int size) {
    this.before = before;
    this.frame = frame;
    this.size = size;
  }

  /** The empty batch with which every socket begins a turn; one for each encoding of frames. */
  static final class Start {
    private final PerMessageDeflate deflation;
    private final FrameBatch empty = new FrameBatch(null, null, 0);
    private int waiting;

    /**
     * @param deflation null for uncompressed frames
     */
    Start(PerMessageDeflate deflation) {
      this.deflation = deflation;
    }

    /**
     * The batch that is due for a socket, and one frame more.
     *
     * @param due the batch so far; null for none
     */
    FrameBatch add(FrameBatch due, Frame frame) {
      FrameBatch from = due == null ? empty : due;
      if (from.next == null || from.next.frame != frame) {
        from.next = new FrameBatch(from, frame, from.size + frame.wireSize(deflation));
      }
      if (due == null) {
        waiting++;
      } else {
        due.leave();
      }
      from.next.waiting++;
      return from.next;
    }

    /** The bytes, which the caller must not release; {@link #drop} follows once they are sent. */
    ByteBuf look(FrameBatch due) {
      return due.wire(deflation);
    }

    /** The bytes for one socket, which the caller releases. */
    ByteBuf take(FrameBatch due) {
      ByteBuf bytes = due.take(deflation);
      forgetWhenLast();
      return bytes;
    }

    /** One socket does not need them any more. */
    void drop(FrameBatch due) {
      due.leave();
      forgetWhenLast();
    }

    private void forgetWhenLast() {
      if (--waiting == 0) empty.next = null;
    }
  }

  /** Bytes on the wire. */
  int size() {
    return size;
  }

  private void leave() {
    if (--waiting == 0 && wire != null) {
      wire.release();
      wire = null;
    }
  }

  private ByteBuf take(PerMessageDeflate deflation) {
    ByteBuf bytes = wire(deflation);
    if (--waiting > 0) return bytes.retainedDuplicate();
    wire = null;
    return bytes;
  }

  private ByteBuf wire(PerMessageDeflate deflation) {
    if (wire == null) {
      ByteBuf made = PooledByteBufAllocator.DEFAULT.directBuffer(size, size);
      try {
        write(made, deflation);
        wire = made;
      } finally {
        if (wire == null) made.release();
      }
    }
    return wire;
  }

  private void write(ByteBuf to, PerMessageDeflate deflation) {
    for (FrameBatch at = this; at.frame != null; at = at.before) {
      at.frame.writeTo(to, at.before.size, deflation);
    }
    to.writerIndex(size);
  }
}
