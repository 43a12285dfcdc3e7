package dev.boardcast.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;

/**
 * The frames that are due for a socket in one turn, in order, as the bytes that go out: made once
 * and shared by all sockets to which the same is due. Each bundle is the one before it and one
 * frame more. One event loop.
 */
final class Bundle {
  private final Bundle before;
  private final Frame frame;
  private final int size;
  private Bundle next;
  private int waiting;
  private ByteBuf wire;

  private Bundle(Bundle before, Frame frame, int size) {
    this.before = before;
    this.frame = frame;
    this.size = size;
  }

  /** Where every socket of a loop begins its turn; one for each way to write a frame. */
  static final class Start {
    private final Deflation deflation;
    private final Bundle empty = new Bundle(null, null, 0);
    private int waiting;

    /**
     * @param deflation null for frames as they are
     */
    Start(Deflation deflation) {
      this.deflation = deflation;
    }

    /**
     * What is due for a socket with one frame more.
     *
     * @param due what was due for it so far; null for nothing
     */
    Bundle add(Bundle due, Frame frame) {
      Bundle from = due == null ? empty : due;
      if (from.next == null || from.next.frame != frame) {
        from.next = new Bundle(from, frame, from.size + frame.wireSize(deflation));
      }
      if (due == null) {
        waiting++;
      } else {
        due.leave();
      }
      from.next.waiting++;
      return from.next;
    }

    /** The bytes, which stay ours: whoever has sent them says {@link #drop}. */
    ByteBuf look(Bundle due) {
      return due.wire(deflation);
    }

    /** The bytes for one socket, to be released by whoever writes them. */
    ByteBuf take(Bundle due) {
      ByteBuf bytes = due.take(deflation);
      forgetWhenLast();
      return bytes;
    }

    /** One socket needs them no more. */
    void drop(Bundle due) {
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

  private ByteBuf take(Deflation deflation) {
    ByteBuf bytes = wire(deflation);
    if (--waiting > 0) return bytes.retainedDuplicate();
    wire = null;
    return bytes;
  }

  private ByteBuf wire(Deflation deflation) {
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

  private void write(ByteBuf to, Deflation deflation) {
    for (Bundle at = this; at.frame != null; at = at.before) {
      at.frame.writeTo(to, at.before.size, deflation);
    }
    to.writerIndex(size);
  }
}
