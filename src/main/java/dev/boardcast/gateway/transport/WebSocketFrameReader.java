package dev.boardcast.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;

/**
 * Parses a client's WebSocket frames (RFC 6455, and RFC 7692 where negotiated) from bytes as they
 * arrive. Exists only while part of a frame or of a message waits; holds at most one message and
 * one frame of the largest size, and one read. One event loop.
 */
final class WebSocketFrameReader {
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int MAX_CONTROL = 125;
  private static final byte[] EMPTY = {};

  /**
   * Receives frames. After {@link #protocolError}, {@link #invalidReason} and {@link #tooBig}
   * nothing follows.
   */
  interface Sink {
    /** Whether the next frame may be passed. */
    boolean isReady();

    /** A frame of any kind; its content follows. */
    void frame();

    /** A whole message as it arrived; its UTF-8 has not been checked. */
    void message(byte[] payload, boolean binary, boolean compressed);

    void ping(byte[] payload);

    /**
     * @param payload empty, or a code that may be sent and a reason in UTF-8
     */
    void close(byte[] payload);

    void protocolError();

    /** A close frame whose reason is not UTF-8. */
    void invalidReason();

    void tooBig();
  }

  private final Sink sink;
  private final int maxMessage;
  private final boolean compression;
  private ByteBuf rest;
  private ByteArrayOutputStream partial;
  private boolean binary;
  private boolean compressed;
  private boolean over;
  private boolean busy;

  WebSocketFrameReader(Sink sink, int maxMessage, boolean compression) {
    this.sink = sink;
    this.maxMessage = maxMessage;
    this.compression = compression;
  }

  /** Parses more bytes; keeps what is no whole frame yet, or not taken. Does not release. */
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

  /** Parses what was kept because the sink was not ready. */
  void goOn() {
    if (rest == null || busy || over) return;
    readAll(rest);
    if (!rest.isReadable()) rest = null;
  }

  /** Whether it holds nothing. */
  boolean isEmpty() {
    return rest == null && partial == null && !busy;
  }

  private void readAll(ByteBuf in) {
    busy = true;
    try {
      while (!over && sink.isReady() && readOne(in)) {
        // The next one.
      }
    } finally {
      busy = false;
    }
  }

  /** False when no whole frame is there. */
  private boolean readOne(ByteBuf in) {
    int start = in.readerIndex();
    int available = in.readableBytes();
    if (available < 2) return false;
    int first = in.getUnsignedByte(start);
    int second = in.getUnsignedByte(start + 1);
    int opcode = first & 0x0f;
    if (!isLegal(first, opcode) || second < 0x80) return protocolError();
    int shortLength = second & 0x7f;
    boolean isFinal = first >= 0x80;
    if (opcode >= CLOSE && (!isFinal || shortLength > MAX_CONTROL)) return protocolError();
    int header = 6 + (shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0);
    if (available < header - 4) return false;
    long length = shortLength;
    if (shortLength == 126) length = in.getUnsignedShort(start + 2);
    if (shortLength == 127) length = in.getLong(start + 2);
    if (length < 0 || (shortLength == 126 && length < 126)) return protocolError();
    if (shortLength == 127 && length < 1 << 16) return protocolError();
    if (length > maxMessage && opcode < CLOSE) return tooBig();
    if (available < header + length) return false;
    byte[] payload = unmasked(in, start + header, (int) length, in.getInt(start + header - 4));
    in.readerIndex(start + header + (int) length);
    dispatch(opcode, isFinal, (first & 0x40) != 0, payload);
    return !over;
  }

  private boolean isLegal(int first, int opcode) {
    boolean data = opcode == TEXT || opcode == BINARY;
    if ((first & 0x30) != 0) return false;
    if ((first & 0x40) != 0 && !(compression && data)) return false;
    if (opcode == CONTINUATION) return partial != null;
    if (data) return partial == null;
    return opcode == CLOSE || opcode == PING || opcode == PONG;
  }

  private void dispatch(int opcode, boolean isFinal, boolean rsv1, byte[] payload) {
    if (opcode != CLOSE) sink.frame();
    switch (opcode) {
      case PONG -> {
        // It counts as a frame only.
      }
      case PING -> sink.ping(payload);
      case CLOSE -> close(payload);
      default -> data(opcode, isFinal, rsv1, payload);
    }
  }

  private void data(int opcode, boolean isFinal, boolean rsv1, byte[] payload) {
    if (opcode != CONTINUATION) {
      binary = opcode == BINARY;
      compressed = rsv1;
    }
    if (partial == null && isFinal) {
      sink.message(payload, binary, compressed);
      return;
    }
    if (partial == null) partial = new ByteArrayOutputStream(payload.length);
    if (partial.size() + payload.length > maxMessage) {
      tooBig();
      return;
    }
    partial.writeBytes(payload);
    if (!isFinal) return;
    byte[] whole = partial.toByteArray();
    partial = null;
    sink.message(whole, binary, compressed);
  }

  private void close(byte[] payload) {
    if (payload.length == 1 || (payload.length > 1 && !isCloseCode(payload))) {
      protocolError();
      return;
    }
    over = true;
    if (payload.length > 2 && Utf8.read(payload, 2).isEmpty()) {
      sink.invalidReason();
    } else {
      sink.close(payload);
    }
  }

  private static boolean isCloseCode(byte[] payload) {
    int code = (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
    boolean known = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
    return known || (code >= 3000 && code <= 4999);
  }

  private boolean protocolError() {
    over = true;
    sink.protocolError();
    return false;
  }

  private boolean tooBig() {
    over = true;
    sink.tooBig();
    return false;
  }

  private static byte[] unmasked(ByteBuf in, int at, int length, int mask) {
    if (length == 0) return EMPTY;
    var bytes = new byte[length];
    in.getBytes(at, bytes);
    for (int i = 0; i < length; i++) bytes[i] ^= (byte) (mask >>> (24 - 8 * (i & 3)));
    return bytes;
  }
}
