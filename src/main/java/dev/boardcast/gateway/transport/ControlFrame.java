package dev.boardcast.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Makes control frames. */
enum ControlFrame {
  CLOSE(0x88),
  PING(0x89),
  PONG(0x8a);

  static final byte[] EMPTY = {};
  private static final int MAX_REASON = 123;

  private final int head;

  ControlFrame(int head) {
    this.head = head;
  }

  ByteBuf with(byte[] payload) {
    return Unpooled.directBuffer(2 + payload.length)
        .writeByte(head)
        .writeByte(payload.length)
        .writeBytes(payload);
  }

  static byte[] closePayload(int code, String reason) {
    byte[] words = Utf8.shortened(reason, MAX_REASON);
    return Unpooled.buffer(2 + words.length, 2 + words.length)
        .writeShort(code)
        .writeBytes(words)
        .array();
  }
}
