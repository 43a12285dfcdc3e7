package dev.boardcast.boards.pipeline;

import dev.boardcast.spi.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/** A place in the list of hours, by hour and source; opaque to clients. */
record QualityCursor(Instant hour, String source) {
  /** Before the first. */
  static final QualityCursor START = new QualityCursor(Instant.EPOCH.minusSeconds(1L << 33), "");

  private static final int MOST_BYTES = 500;

  static QualityCursor at(QualityHour row) {
    return new QualityCursor(row.hour(), row.source());
  }

  /**
   * @throws Problem 400 when it is none of ours
   */
  static QualityCursor parse(String text) {
    try {
      var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      if (bytes.remaining() > Long.BYTES && bytes.remaining() <= MOST_BYTES) {
        long seconds = bytes.getLong();
        String source = StandardCharsets.UTF_8.decode(bytes).toString();
        if (START.hour.getEpochSecond() < seconds && seconds < 1L << 33 && source.indexOf(0) < 0) {
          return new QualityCursor(Instant.ofEpochSecond(seconds), source);
        }
      }
    } catch (IllegalArgumentException notOurs) {
      // Not even Base64: answered like any other text that is no cursor.
    }
    throw Problem.invalid("cursor", "next of the page before");
  }

  @Override
  public String toString() {
    byte[] name = source.getBytes(StandardCharsets.UTF_8);
    var bytes = ByteBuffer.allocate(Long.BYTES + name.length).putLong(hour.getEpochSecond());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.put(name).array());
  }
}
