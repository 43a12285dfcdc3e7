package dev.boardcast.gateway.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Caches the frames of one message, one per dialect and topic, encoded on first use. One event
 * loop.
 */
final class EncodedFrames {
  private record Entry(Dialect dialect, String topic, Frame frame) {}

  private final List<Entry> entries = new ArrayList<>(2);

  Frame frame(Dialect dialect, String topic, Supplier<Frame> encode) {
    for (Entry entry : entries) {
      if (entry.dialect == dialect && entry.topic.equals(topic)) return entry.frame;
    }
    Frame frame = encode.get();
    entries.add(new Entry(dialect, topic, frame));
    return frame;
  }
}
