package dev.boardcast.gateway.transport;

import dev.boardcast.gateway.protocol.Frame;
import java.util.List;

/** A transport that takes everything and remembers it. */
public final class RecordingTransport implements Transport {
  private final List<String> sent;

  public RecordingTransport(List<String> sent) {
    this.sent = sent;
  }

  @Override
  public void attach(Listener listener) {}

  @Override
  public void write(Frame frame) {
    sent.add(frame.toString());
  }

  @Override
  public boolean isWritable() {
    return true;
  }

  @Override
  public int pendingBytes() {
    return 0;
  }

  @Override
  public void ping() {
    sent.add("ping");
  }

  @Override
  public void pause() {}

  @Override
  public void resume() {}

  @Override
  public void close(int code, String reason) {
    sent.add("close " + code);
  }

  @Override
  public void kill() {
    sent.add("kill");
  }
}
