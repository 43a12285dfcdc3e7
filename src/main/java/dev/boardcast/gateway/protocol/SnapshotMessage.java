package dev.boardcast.gateway.protocol;

import dev.boardcast.engine.SnapshotComparison;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import java.util.Map;

/** A board's snapshot to deliver, with its encoded frames. One event loop. */
public final class SnapshotMessage {
  private static final String VERSION = "version:";

  private final Snapshot snapshot;
  private final EncodedFrames encoded = new EncodedFrames();
  private final SnapshotComparison comparison;
  private EncodedFrames encodedBases;

  public SnapshotMessage(Snapshot snapshot) {
    this(snapshot, null);
  }

  private SnapshotMessage(Snapshot snapshot, SnapshotComparison comparison) {
    this.snapshot = snapshot;
    this.comparison = comparison;
  }

  /** The same snapshot with its metrics compared. */
  public SnapshotMessage compared(SnapshotComparison with) {
    return new SnapshotMessage(snapshot, with);
  }

  /** What is compared; null for nothing, so that it is left out. */
  RawJson compared() {
    return comparison == null ? null : comparison.compared();
  }

  /** By the path of a metric; null for none, so that it is left out. */
  Map<String, RawJson> comparison() {
    return comparison == null ? null : comparison.comparison();
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  /** The snapshot's version as an offset; equal offsets mean equal metrics. */
  public String offset() {
    return VERSION + snapshot.version();
  }

  /** The same moment with some of the metrics only. */
  public SnapshotMessage reduced(RawJson data) {
    return new SnapshotMessage(
        new Snapshot(
            snapshot.board(),
            snapshot.version(),
            snapshot.computedAt(),
            snapshot.timestamp(),
            snapshot.stale(),
            data),
        comparison == null ? null : comparison.only(data));
  }

  /** The version in an offset of a client; 0 where it has none. */
  public static long version(String offset) {
    if (offset == null || !offset.startsWith(VERSION)) return 0;
    try {
      return Math.max(0, Long.parseLong(offset.substring(VERSION.length())));
    } catch (NumberFormatException notAVersion) {
      return 0;
    }
  }

  /** The age when this message was made; null, so that it is left out, unless stale. */
  Long ageMillis() {
    return snapshot.stale() ? snapshot.ageMillis() : null;
  }

  /** True when stale, else null, so that the field is left out. */
  Boolean stale() {
    return snapshot.stale() ? Boolean.TRUE : null;
  }

  /** A frame that no later one replaces, because changes follow that apply to it. */
  public Frame baseFrame(Dialect dialect, String topic) {
    if (encodedBases == null) encodedBases = new EncodedFrames();
    return encodedBases.frame(dialect, topic, () -> dialect.snapshot(this, topic).unconflated());
  }

  public Frame frame(Dialect dialect, String topic) {
    return encoded.frame(dialect, topic, () -> dialect.snapshot(this, topic));
  }
}
