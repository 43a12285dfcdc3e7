package dev.boardcast.gateway.transport;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Makes whole text messages of WebSocket frames, checks their size and their UTF-8. */
final class TextAssembler {
  private final int maxMessage;
  private Buffer begun;

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
    int size = part.length() + (begun == null ? 0 : begun.length());
    if (size > maxMessage) {
      begun = null;
      listener.tooBig();
      return;
    }
    if (!frame.isFinal()) {
      begun = (begun == null ? Buffer.buffer() : begun).appendBuffer(part);
      return;
    }
    Buffer whole = begun == null ? part : begun.appendBuffer(part);
    begun = null;
    try {
      var bytes = ByteBuffer.wrap(whole.getBytes());
      listener.text(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException notUtf8) {
      listener.unreadable("message: expected UTF-8");
    }
  }
}
