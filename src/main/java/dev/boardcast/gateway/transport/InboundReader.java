package dev.boardcast.gateway.transport;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.zip.DataFormatException;

/**
 * What a client says, on its way to the session. Exists while there is something to read. One event
 * loop.
 */
final class InboundReader implements WebSocketFrameReader.Sink {
  private final NettyWebSocketTransport outlet;
  private final Transport.Listener listener;
  private final TransportFactory sockets;
  private final WebSocketFrameReader reader;

  InboundReader(
      NettyWebSocketTransport outlet,
      Transport.Listener listener,
      TransportFactory sockets,
      boolean compression) {
    this.outlet = outlet;
    this.listener = listener;
    this.sockets = sockets;
    this.reader = new WebSocketFrameReader(this, sockets.maxMessage(), compression);
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
  public boolean takes() {
    return outlet.takes();
  }

  @Override
  public void frame() {
    // Once closing, only the peer's goodbye matters.
    if (!outlet.isClosing()) listener.frame();
  }

  @Override
  public void text(byte[] utf8, boolean compressed) {
    if (outlet.isClosing()) return;
    Optional<byte[]> whole = Optional.of(utf8);
    if (compressed) {
      try {
        whole = sockets.deflation().expand(utf8, sockets.maxMessage());
      } catch (DataFormatException notDeflated) {
        broken();
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
    if (!outlet.isClosing()) listener.unreadable("message: expected text, was binary");
  }

  @Override
  public void ping(byte[] payload) {
    outlet.pong(payload);
  }

  @Override
  public void goodbye(byte[] payload) {
    outlet.goodbye(payload);
  }

  @Override
  public void broken() {
    outlet.turnDeaf();
    if (!outlet.isClosing()) listener.protocolError();
  }

  @Override
  public void tooBig() {
    outlet.turnDeaf();
    if (!outlet.isClosing()) listener.tooBig();
  }
}
