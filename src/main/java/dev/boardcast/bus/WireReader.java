package dev.boardcast.bus;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads a message of another node. Lengths and counts that exceed the remaining bytes are rejected
 * with {@link IllegalArgumentException} before memory is allocated.
 */
final class WireReader {
  private final Buffer wire;
  private int position;
  private int end;

  WireReader(Buffer wire, int position) {
    this.wire = wire;
    this.position = position;
    this.end = wire.length();
  }

  /** Ends the message after that many more bytes. */
  void limit(int bytes) {
    require(bytes);
    end = position + bytes;
  }

  int readInt() {
    require(Integer.BYTES);
    int value = wire.getInt(position);
    position += Integer.BYTES;
    return value;
  }

  long readLong() {
    require(Long.BYTES);
    long value = wire.getLong(position);
    position += Long.BYTES;
    return value;
  }

  /**
   * Reads how many items follow.
   *
   * @param minBytes fewest bytes of an item
   */
  int count(int minBytes) {
    int count = readInt();
    if (count < 0 || count > (end - position) / minBytes) {
      throw new IllegalArgumentException(
          "%d items of at least %d bytes, but %d bytes are left"
              .formatted(count, minBytes, end - position));
    }
    return count;
  }

  /** Reads a length and as many bytes. */
  byte[] readBytes(int maxBytes) {
    int length = count(1);
    if (length > maxBytes) {
      throw new IllegalArgumentException(length + " bytes, at most " + maxBytes + " are expected");
    }
    byte[] bytes = wire.getBytes(position, position + length);
    position += length;
    return bytes;
  }

  /** Reads a length and as many bytes of UTF-8. */
  String readText(int maxBytes) {
    return new String(readBytes(maxBytes), StandardCharsets.UTF_8);
  }

  private void require(int bytes) {
    if (bytes < 0 || bytes > end - position) {
      throw new IllegalArgumentException(
          bytes + " bytes expected, " + (end - position) + " bytes left");
    }
  }
}
