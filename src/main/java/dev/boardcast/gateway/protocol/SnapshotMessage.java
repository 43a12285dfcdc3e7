package dev.boardcast.gateway.protocol;

import dev.boardcast.spi.Snapshot;

/** A board's numbers on their way to sessions, with their frames. One event loop. */
public final class SnapshotMessage {
  private final Snapshot snapshot;
  private final EncodedFrames encoded = new EncodedFrames();

  public SnapshotMessage(Snapshot snapshot) {
    this.snapshot = snapshot;
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  /** What a client may compare: equal means the same numbers. */
  public String offset() {
    return offset(snapshot);
  }

  static String offset(Snapshot snapshot) {
    return "version:" + snapshot.version();
  }

  /** How old the numbers were when this message was made; null unless they are stale. */
  Long ageMillis() {
    return snapshot.stale() ? snapshot.ageMillis() : null;
  }

  /** True when stale, else null: the field is left out. */
  Boolean stale() {
    return snapshot.stale() ? Boolean.TRUE : null;
  }

  public Frame frame(Dialect dialect, String topic) {
    return encoded.frame(dialect, topic, () -> dialect.snapshot(this, topic));
  }
}
