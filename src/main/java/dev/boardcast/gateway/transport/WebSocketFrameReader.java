package dev.boardcast.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * Reads a client's WebSocket frames (RFC 6455, and 7692 where negotiated) out of bytes as they
 * come. Exists while part of a frame or of a message is there; at most one frame of the largest
 * size and one read wait in it. One event loop.
 */
final class WebSocketFrameReader {
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int MAX_CONTROL = 125;
  private static final byte[] NOTHING = {};

  /** What has been read. After {@link #broken} and {@link #tooBig} nothing more comes. */
  interface Sink {
    /** Whether the next frame may be brought. */
    boolean takes();

    /** A frame of that size is whole; what it brings follows. */
    void frame();

    /** A whole text message, as it came, not yet held to be UTF-8. */
    void text(byte[] utf8, boolean compressed);

    void binary();

    void ping(byte[] payload);

    /**
     * @param payload empty, or a code that may be sent and a reason in UTF-8
     */
    void goodbye(byte[] payload);

    void broken();

    void tooBig();
  }

  private final Sink sink;
  private final int maxMessage;
  private final boolean compression;
  private ByteBuf rest;
  private byte[] begun;
  private boolean compressed;
  private boolean over;
  private boolean busy;

  WebSocketFrameReader(Sink sink, int maxMessage, boolean compression) {
    this.sink = sink;
    this.maxMessage = maxMessage;
    this.compression = compression;
  }

  /** Reads on; what is not a whole frame yet, or not taken, is kept. Does not release. */
  void read(ByteBuf more) {
    if (over) return;
    if (rest == null && !busy) {
      readAll(more);
      if (more.isReadable() && !over) rest = Unpooled.buffer(more.readableBytes()).writeBytes(more);
    } else {
      if (rest == null) rest = Unpooled.buffer(more.readableBytes());
      rest.discardReadBytes().writeBytes(more);
      goOn();
    }
  }

  /** Reads what was kept because it was not taken. */
  void goOn() {
    if (rest == null || busy || over) return;
    readAll(rest);
    if (!rest.isReadable()) rest = null;
  }

  /** Whether it holds nothing and can be forgotten. */
  boolean isEmpty() {
    return rest == null && begun == null && !busy;
  }

  private void readAll(ByteBuf in) {
    busy = true;
    try {
      while (!over && sink.takes() && readOne(in)) {
        // One after another.
      }
    } finally {
      busy = false;
    }
  }

  /** False when it is not whole yet. */
  private boolean readOne(ByteBuf in) {
    int start = in.readerIndex();
    int there = in.readableBytes();
    if (there < 2) return false;
    int first = in.getUnsignedByte(start);
    int second = in.getUnsignedByte(start + 1);
    int opcode = first & 0x0f;
    if (!isLegal(first, opcode) || second < 0x80) return broken();
    int shortLength = second & 0x7f;
    boolean isFinal = first >= 0x80;
    if (opcode >= CLOSE && (!isFinal || shortLength > MAX_CONTROL)) return broken();
    int header = 6 + (shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0);
    if (there < header - 4) return false;
    long length = shortLength;
    if (shortLength == 126) length = in.getUnsignedShort(start + 2);
    if (shortLength == 127) length = in.getLong(start + 2);
    if (length < 0 || (shortLength == 126 && length < 126)) return broken();
    if (shortLength == 127 && length < 1 << 16) return broken();
    if (length > maxMessage && opcode < CLOSE) return tooBig();
    if (there < header + length) return false;
    byte[] payload = unmasked(in, start + header, (int) length, in.getInt(start + header - 4));
    in.readerIndex(start + header + (int) length);
    bring(opcode, isFinal, (first & 0x40) != 0, payload);
    return !over;
  }

  private boolean isLegal(int first, int opcode) {
    boolean data = opcode == TEXT || opcode == BINARY;
    if ((first & 0x30) != 0) return false;
    if ((first & 0x40) != 0 && !(compression && data)) return false;
    if (opcode == CONTINUATION) return begun != null;
    if (data) return begun == null;
    return opcode == CLOSE || opcode == PING || opcode == PONG;
  }

  private void bring(int opcode, boolean isFinal, boolean rsv1, byte[] payload) {
    if (opcode != CLOSE) sink.frame();
    switch (opcode) {
      case PONG -> {
        // It has been told.
      }
      case PING -> sink.ping(payload);
      case CLOSE -> close(payload);
      case BINARY -> {
        if (!isFinal) begun = NOTHING;
        sink.binary();
      }
      default -> data(opcode, isFinal, rsv1, payload);
    }
  }

  private void data(int opcode, boolean isFinal, boolean rsv1, byte[] payload) {
    if (opcode == TEXT) compressed = rsv1;
    byte[] whole = payload;
    if (begun != null) {
      if (begun.length + payload.length > maxMessage) {
        tooBig();
        return;
      }
      whole = Arrays.copyOf(begun, begun.length + payload.length);
      System.arraycopy(payload, 0, whole, begun.length, payload.length);
    }
    begun = isFinal ? null : whole;
    if (isFinal) sink.text(whole, compressed);
  }

  private void close(byte[] payload) {
    if (payload.length == 1 || (payload.length > 1 && !isGoodbye(payload))) {
      broken();
      return;
    }
    over = true;
    sink.goodbye(payload);
  }

  private static boolean isGoodbye(byte[] payload) {
    int code = (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
    boolean known = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
    boolean own = code >= 3000 && code <= 4999;
    return (known || own) && Utf8.read(payload, 2).isPresent();
  }

  private boolean broken() {
    over = true;
    sink.broken();
    return false;
  }

  private boolean tooBig() {
    over = true;
    sink.tooBig();
    return false;
  }

  private static byte[] unmasked(ByteBuf in, int at, int length, int mask) {
    if (length == 0) return NOTHING;
    var bytes = new byte[length];
    in.getBytes(at, bytes);
    for (int i = 0; i < length; i++) bytes[i] ^= (byte) (mask >>> (24 - 8 * (i & 3)));
    return bytes;
  }
}
