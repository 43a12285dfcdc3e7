package dev.boardcast.gateway.transport;

import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.protocol.Frame;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.nio.charset.StandardCharsets;

/**
 * An {@link Transport} over Vert.x's public API alone, for channels that cannot be taken over. One
 * event loop.
 */
final class VertxWebSocketTransport implements Transport {
  private static final int MAX_REASON = 123;

  private final ServerWebSocket socket;
  private final TransportFactory sockets;
  private final TextAssembler assembler;

  VertxWebSocketTransport(ServerWebSocket socket, TransportFactory sockets) {
    this.socket = socket;
    this.sockets = sockets;
    this.assembler = new TextAssembler(sockets.maxMessage());
  }

  @Override
  public void attach(Listener to) {
    try {
      socket.frameHandler(frame -> assembler.take(frame, to));
      socket.drainHandler(drained -> sockets.turn().atEnd(to::writable));
      socket.closeHandler(closed -> to.closed());
    } catch (IllegalStateException alreadyClosed) {
      to.closed();
    }
  }

  @Override
  public void write(Frame frame) {
    if (socket.isClosed()) return;
    socket.writeFrame(WebSocketFrame.textFrame(frame.toString(), true));
    sockets.flushed();
  }

  @Override
  public boolean isWritable() {
    return !socket.isClosed() && !socket.writeQueueFull();
  }

  @Override
  public void ping() {
    if (!socket.isClosed()) socket.writePing(Buffer.buffer());
  }

  @Override
  public void pause() {
    socket.pause();
  }

  @Override
  public void resume() {
    socket.resume();
  }

  @Override
  public void close(int code, String reason) {
    byte[] words = Utf8.shortened(reason, MAX_REASON);
    socket.close((short) code, new String(words, StandardCharsets.UTF_8));
  }

  @Override
  public void kill() {
    // Vert.x says goodbye and cuts the line within the server's closing timeout.
    socket.close((short) CloseCode.GOING_AWAY.number());
  }
}
