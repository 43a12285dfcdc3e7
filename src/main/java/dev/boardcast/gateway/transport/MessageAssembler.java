package dev.boardcast.gateway.transport;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.http.WebSocketFrameType;

/** Assembles messages from Vert.x's WebSocket frames and checks their size. One event loop. */
final class MessageAssembler {
  private final int maxMessage;
  private Buffer partial;
  private boolean binary;
  private boolean discarded;

  MessageAssembler(int maxMessage) {
    this.maxMessage = maxMessage;
  }

  void take(WebSocketFrame frame, Transport.Listener listener) {
    switch (frame.type()) {
      case CLOSE -> {
        return;
      }
      default -> listener.frame();
    }
    switch (frame.type()) {
      case TEXT, BINARY -> {
        binary = frame.type() == WebSocketFrameType.BINARY;
        discarded = false;
        append(frame, listener);
      }
      case CONTINUATION -> append(frame, listener);
      default -> {
        // Vert.x answers pings.
      }
    }
  }

  private void append(WebSocketFrame frame, Transport.Listener listener) {
    if (discarded) return;
    Buffer part = frame.binaryData();
    int size = part.length() + (partial == null ? 0 : partial.length());
    if (size > maxMessage) {
      partial = null;
      discarded = true;
      listener.tooBig();
      return;
    }
    if (!frame.isFinal()) {
      partial = (partial == null ? Buffer.buffer() : partial).appendBuffer(part);
      return;
    }
    byte[] whole = (partial == null ? part : partial.appendBuffer(part)).getBytes();
    partial = null;
    if (binary) {
      listener.binary(whole);
    } else {
      listener.utf8(whole);
    }
  }
}
