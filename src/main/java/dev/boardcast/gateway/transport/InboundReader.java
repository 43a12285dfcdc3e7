package dev.boardcast.gateway.transport;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.zip.DataFormatException;

/**
 * Passes a client's frames to its session. Exists only while there is something to read. One event
 * loop.
 */
final class InboundReader implements WebSocketFrameReader.Sink {
  private final NettyWebSocketTransport transport;
  private final Transport.Listener listener;
  private final TransportFactory factory;
  private final WebSocketFrameReader reader;

  InboundReader(
      NettyWebSocketTransport transport,
      Transport.Listener listener,
      TransportFactory factory,
      boolean compression) {
    this.transport = transport;
    this.listener = listener;
    this.factory = factory;
    this.reader = new WebSocketFrameReader(this, factory.maxMessage(), compression);
  }

  void read(ByteBuf bytes) {
    reader.read(bytes);
  }

  void goOn() {
    reader.goOn();
  }

  boolean isEmpty() {
    return reader.isEmpty();
  }

  @Override
  public boolean isReady() {
    return transport.isReady();
  }

  @Override
  public void frame() {
    // A closing session only waits for the client's close frame.
    if (!transport.isClosing()) listener.frame();
  }

  @Override
  public void text(byte[] utf8, boolean compressed) {
    if (transport.isClosing()) return;
    Optional<byte[]> whole = Optional.of(utf8);
    if (compressed) {
      try {
        whole = factory.deflate().expand(utf8, factory.maxMessage());
      } catch (DataFormatException notDeflated) {
        protocolError();
        return;
      }
    }
    if (whole.isEmpty()) {
      tooBig();
      return;
    }
    Utf8.read(whole.get(), 0)
        .ifPresentOrElse(listener::text, () -> listener.unreadable("message: expected UTF-8"));
  }

  @Override
  public void binary() {
    if (!transport.isClosing()) listener.unreadable("message: expected text, was binary");
  }

  @Override
  public void ping(byte[] payload) {
    transport.pong(payload);
  }

  @Override
  public void close(byte[] payload) {
    transport.onClose(payload);
  }

  @Override
  public void protocolError() {
    transport.ignoreInput();
    if (!transport.isClosing()) listener.protocolError();
  }

  @Override
  public void tooBig() {
    transport.ignoreInput();
    if (!transport.isClosing()) listener.tooBig();
  }
}
