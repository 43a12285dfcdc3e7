package dev.boardcast.lab.load;

import static java.time.temporal.ChronoUnit.MILLIS;

import io.netty.buffer.ByteBuf;
import java.time.Instant;
import java.time.LocalTime;

/**
 * Identifies an event of a run, written {@code ~run:number:micros~} so that it is found in a
 * message without parsing it.
 *
 * @param run identifies the topic's ledger
 * @param number of the event in its topic, from 0
 * @param dueMicros when it was due to be sent, on the clock of {@link #now}
 */
record EventMarker(long run, int number, long dueMicros) {
  private static final byte DELIMITER = '~';

  /** The clock of this process, in microseconds. */
  static long now() {
    return System.nanoTime() / 1000;
  }

  /** A time on that clock, as far as the clock of the system agrees; 0 for none. */
  static long micros(String timestamp) {
    if (timestamp.isEmpty()) return 0;
    long ago = System.currentTimeMillis() - Instant.parse(timestamp).toEpochMilli();
    return now() - ago * 1000;
  }

  /** A time on that clock as the system's time of the day, as far as the two agree. */
  static String time(long micros) {
    return micros == 0
        ? "never"
        : LocalTime.now().minusNanos((now() - micros) * 1000).truncatedTo(MILLIS).toString();
  }

  /** The marker in a message, or null. */
  static EventMarker find(ByteBuf text, int from, int to) {
    int start = text.indexOf(from, to, DELIMITER);
    if (start < 0) return null;
    int end = text.indexOf(start + 1, to, DELIMITER);
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
    return "~" + run + ":" + number + ":" + dueMicros + "~";
  }
}
