package dev.boardcast.gateway.transport;

import dev.boardcast.gateway.protocol.Frame;
import java.util.List;

/** A transport that remembers what it takes; unless told otherwise, that is everything. */
public final class RecordingTransport implements Transport {
  private final List<String> sent;
  private boolean isWritable = true;

  public RecordingTransport(List<String> sent) {
    this.sent = sent;
  }

  /** Whether the client reads; its session is not told. */
  public void setWritable(boolean reads) {
    isWritable = reads;
  }

  @Override
  public void attach(Listener listener) {}

  @Override
  public void write(Frame frame) {
    sent.add(frame.toString());
  }

  @Override
  public boolean isWritable() {
    return isWritable;
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
