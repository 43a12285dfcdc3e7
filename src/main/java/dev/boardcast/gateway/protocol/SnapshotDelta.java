package dev.boardcast.gateway.protocol;

import dev.boardcast.spi.RawJson;

/**
 * What has changed from one snapshot of a board to another, with its encoded frames. One event
 * loop.
 */
public final class SnapshotDelta {
  private final SnapshotMessage to;
  private final String base;
  private final RawJson patch;
  private final EncodedFrames encoded = new EncodedFrames();

  /**
   * @param base the offset of the snapshot that it applies to
   * @param patch a merge patch
   */
  public SnapshotDelta(String base, SnapshotMessage to, RawJson patch) {
    this.base = base;
    this.to = to;
    this.patch = patch;
  }

  SnapshotMessage to() {
    return to;
  }

  String base() {
    return base;
  }

  RawJson patch() {
    return patch;
  }

  public Frame frame(Dialect dialect, String topic) {
    return encoded.frame(dialect, topic, () -> dialect.delta(this, topic));
  }
}
