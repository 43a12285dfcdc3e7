package dev.boardcast.lab.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** An offset, {@code <epoch>:<sequence>}. */
record EventOffset(String epoch, long sequence) {

  static EventOffset parse(String text) {
    int colon = text.lastIndexOf(':');
    return new EventOffset(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
  }

  /** Whether it is an earlier one of the same history, or of another history. */
  boolean isBefore(EventOffset other) {
    return sequence < other.sequence || !epoch.equals(other.epoch);
  }

  /** The offset at the end of an event's message, read in place; null if none is there. */
  static EventOffset find(ByteBuf bytes, int from, int to) {
    int end = to - 2;
    if (end <= from || bytes.getByte(end) != '"') return null;
    long sequence = 0;
    long unit = 1;
    int at = end - 1;
    for (; at > from && bytes.getByte(at) != ':'; at--) {
      int digit = bytes.getByte(at) - '0';
      if (digit < 0 || digit > 9) return null;
      sequence += digit * unit;
      unit *= 10;
    }
    int colon = at;
    while (at > from && bytes.getByte(at) != '"') at--;
    if (unit == 1 || at + 1 >= colon) return null;
    String epoch = bytes.toString(at + 1, colon - at - 1, StandardCharsets.US_ASCII);
    return new EventOffset(epoch, sequence);
  }

  @Override
  public String toString() {
    return epoch + ":" + sequence;
  }
}
