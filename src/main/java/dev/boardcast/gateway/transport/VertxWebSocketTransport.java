package dev.boardcast.gateway.transport;

import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.protocol.Frame;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.nio.charset.StandardCharsets;

/**
 * Implements WebSocket by Vert.x's public API alone, for channels that cannot be taken over. One
 * event loop.
 */
final class VertxWebSocketTransport implements Transport {
  private static final int MAX_REASON = 123;

  private final ServerWebSocket socket;
  private final TransportFactory factory;
  private final MessageAssembler assembler;
  private int pending;

  VertxWebSocketTransport(ServerWebSocket socket, TransportFactory factory) {
    this.socket = socket;
    this.factory = factory;
    this.assembler = new MessageAssembler(factory.maxMessage());
  }

  @Override
  public void attach(Listener to) {
    try {
      socket.frameHandler(frame -> assembler.take(frame, to));
      socket.drainHandler(drained -> factory.ticks().atEnd(to::writable));
      socket.closeHandler(closed -> to.closed());
    } catch (IllegalStateException alreadyClosed) {
      to.closed();
    }
  }

  @Override
  public void write(Frame frame) {
    if (socket.isClosed()) return;
    hold(frame.size());
    socket
        .writeFrame(WebSocketFrame.textFrame(frame.toString(), true))
        .onComplete(left -> hold(-frame.size()));
    factory.countFlush();
  }

  @Override
  public int pendingBytes() {
    return pending;
  }

  private void hold(int bytes) {
    pending += bytes;
    factory.queued().add(bytes);
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
    // Vert.x sends the code and ends the connection within the server's closing timeout.
    socket.close((short) CloseCode.GOING_AWAY.number());
  }
}
