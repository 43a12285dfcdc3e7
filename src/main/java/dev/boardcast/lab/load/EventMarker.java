package dev.boardcast.lab.load;

import io.netty.buffer.ByteBuf;

/**
 * What an event of the laboratory carries, written {@code ~run:number:micros~} so that it is found
 * in a message without parsing it.
 *
 * @param run of the run that wrote it
 * @param number of the event in its topic, from 0
 * @param micros when it was meant to be sent, on this process's clock
 */
record EventMarker(long run, int number, long micros) {
  private static final byte EDGE = '~';

  /** This process's clock, in microseconds. */
  static long now() {
    return System.nanoTime() / 1000;
  }

  /** The mark in a message, or null. */
  static EventMarker find(ByteBuf text, int from, int to) {
    int start = text.indexOf(from, to, EDGE);
    if (start < 0) return null;
    int end = text.indexOf(start + 1, to, EDGE);
    if (end < 0) return null;
    var fields = new long[3];
    int field = 0;
    for (int i = start + 1; i < end; i++) {
      byte c = text.getByte(i);
      if (c == ':' && field < 2) {
        field++;
      } else if (c >= '0' && c <= '9') {
        fields[field] = fields[field] * 10 + (c - '0');
      } else {
        return null;
      }
    }
    return field == 2 ? new EventMarker(fields[0], (int) fields[1], fields[2]) : null;
  }

  @Override
  public String toString() {
    return "~" + run + ":" + number + ":" + micros + "~";
  }
}
