package dev.boardcast.gateway.transport;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Assembles text messages from Vert.x's WebSocket frames; checks their size and their UTF-8. One
 * event loop.
 */
final class TextAssembler {
  private final int maxMessage;
  private Buffer partial;

  TextAssembler(int maxMessage) {
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
      case BINARY -> listener.unreadable("message: expected text, was binary");
      case TEXT, CONTINUATION -> append(frame, listener);
      default -> {
        // Vert.x answers pings.
      }
    }
  }

  private void append(WebSocketFrame frame, Transport.Listener listener) {
    Buffer part = frame.binaryData();
    int size = part.length() + (partial == null ? 0 : partial.length());
    if (size > maxMessage) {
      partial = null;
      listener.tooBig();
      return;
    }
    if (!frame.isFinal()) {
      partial = (partial == null ? Buffer.buffer() : partial).appendBuffer(part);
      return;
    }
    Buffer whole = partial == null ? part : partial.appendBuffer(part);
    partial = null;
    try {
      var bytes = ByteBuffer.wrap(whole.getBytes());
      listener.text(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException notUtf8) {
      listener.unreadable("message: expected UTF-8");
    }
  }
}
