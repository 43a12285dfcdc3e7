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
  public void message(byte[] payload, boolean binary, boolean compressed) {
    if (transport.isClosing()) return;
    Optional<byte[]> whole = Optional.of(payload);
    if (compressed) {
      try {
        whole = factory.deflate().expand(payload, factory.maxMessage());
      } catch (DataFormatException notDeflated) {
        listener.invalidPayload("message: expected DEFLATE data");
        return;
      }
    }
    if (whole.isEmpty()) {
      tooBig();
    } else if (binary) {
      listener.binary(whole.get());
    } else {
      listener.utf8(whole.get());
    }
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
  public void invalidReason() {
    transport.ignoreInput();
    if (!transport.isClosing()) listener.invalidPayload("reason: expected UTF-8");
  }

  @Override
  public void tooBig() {
    transport.ignoreInput();
    if (!transport.isClosing()) listener.tooBig();
  }
}
