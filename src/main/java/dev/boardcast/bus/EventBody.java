package dev.boardcast.bus;

import dev.boardcast.spi.RawJson;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * The encoding of one event without its sequence and streams: id (two longs), time (seconds,
 * nanoseconds), origin (length, UTF-8; 0 for none), type (length, UTF-8), data (the rest, UTF-8).
 */
final class EventBody {
  /** Of an event with an empty type, no origin and no data. */
  static final int MIN_BYTES = 4 * Long.BYTES + Integer.BYTES;

  private static final int SECONDS_AT = 2 * Long.BYTES;
  private static final int NANOS_AT = 3 * Long.BYTES;
  private static final int ORIGIN_AT = NANOS_AT + Integer.BYTES;
  private static final byte[] NONE = {};
  private static final int NANOS_PER_SECOND = 1_000_000_000;

  private EventBody() {}

  static void write(Buffer wire, LoggedEvent event) {
    byte[] origin =
        event.origin() == null ? NONE : event.origin().text().getBytes(StandardCharsets.UTF_8);
    byte[] type = event.type().getBytes(StandardCharsets.UTF_8);
    byte[] data = event.data().bytes();
    wire.appendInt(MIN_BYTES + origin.length + type.length + data.length)
        .appendLong(event.id().getMostSignificantBits())
        .appendLong(event.id().getLeastSignificantBits())
        .appendLong(event.at().getEpochSecond())
        .appendInt(event.at().getNano())
        .appendInt(origin.length)
        .appendBytes(origin)
        .appendInt(type.length)
        .appendBytes(type)
        .appendBytes(data);
  }

  /**
   * Checks what {@link #read} relies on.
   *
   * @throws IllegalArgumentException if it is malformed
   */
  static void check(byte[] encoded) {
    var in = ByteBuffer.wrap(encoded);
    if (encoded.length < MIN_BYTES || isNoTime(in.getLong(SECONDS_AT), in.getInt(NANOS_AT))) {
      throw new IllegalArgumentException("an event of " + encoded.length + " bytes");
    }
    int origin = in.getInt(ORIGIN_AT);
    if (origin < 0 || origin > encoded.length - MIN_BYTES) {
      throw new IllegalArgumentException("an origin of " + origin + " bytes");
    }
    int type = in.getInt(ORIGIN_AT + Integer.BYTES + origin);
    if (type < 0 || type > encoded.length - MIN_BYTES - origin) {
      throw new IllegalArgumentException("a type of " + type + " bytes");
    }
  }

  /** Decodes an event that was checked. */
  static LoggedEvent read(long sequence, List<String> streams, byte[] encoded) {
    var in = ByteBuffer.wrap(encoded);
    var id = new UUID(in.getLong(), in.getLong());
    Instant at = Instant.ofEpochSecond(in.getLong(), in.getInt());
    int originBytes = in.getInt();
    String origin =
        originBytes == 0
            ? null
            : new String(encoded, in.position(), originBytes, StandardCharsets.UTF_8);
    in.position(in.position() + originBytes);
    int typeBytes = in.getInt();
    int typeAt = in.position();
    int dataAt = typeAt + typeBytes;
    var type = new String(encoded, typeAt, typeBytes, StandardCharsets.UTF_8);
    var data = new String(encoded, dataAt, encoded.length - dataAt, StandardCharsets.UTF_8);
    return new LoggedEvent(sequence, id, type, streams, RawJson.of(data), at, Origin.parse(origin));
  }

  private static boolean isNoTime(long seconds, int nanos) {
    return seconds < Instant.MIN.getEpochSecond()
        || seconds > Instant.MAX.getEpochSecond()
        || nanos < 0
        || nanos >= NANOS_PER_SECOND;
  }
}
