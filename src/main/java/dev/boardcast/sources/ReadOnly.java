package dev.boardcast.sources;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * How a source is read of whose database nothing is asked but SELECT.
 *
 * @param watermark a column of type timestamptz that grows with each insert and update; empty where
 *     all rows are read each time
 * @param key a column that is unique and not NULL; empty without watermark
 * @param lag how old the watermark of a row must be before it is read; zero without watermark
 * @param every pause between two readings
 */
public record ReadOnly(
    Optional<String> watermark, Optional<String> key, Duration lag, Duration every) {
  public static final Duration DEFAULT_LAG = Duration.ofSeconds(10);
  public static final Duration MIN_EVERY = Duration.ofSeconds(1);
  static final Duration MIN_CLOCK = Duration.ofSeconds(5);
  static final Duration MAX_EVERY = Duration.ofDays(1);
  static final Duration MAX_LAG = Duration.ofHours(1);

  /** Fails with {@link SourceException} where a value is out of its bounds. */
  public ReadOnly {
    if (watermark.isEmpty() && key.isPresent()) {
      throw new SourceException("--key belongs to --watermark");
    }
    if (watermark.isEmpty() && !lag.isZero()) {
      throw new SourceException("--lag belongs to --watermark");
    }
    requireWithin("--every", every, watermark.isEmpty() ? MIN_CLOCK : MIN_EVERY, MAX_EVERY);
    requireWithin("--lag", lag, Duration.ZERO, MAX_LAG);
  }

  private static void requireWithin(String what, Duration is, Duration least, Duration most) {
    if (is.compareTo(least) >= 0 && is.compareTo(most) <= 0) return;
    throw new SourceException(
        "%s was %d s, expected %d s to %d s"
            .formatted(what, is.toSeconds(), least.toSeconds(), most.toSeconds()));
  }

  /** As the table {@code source} calls it. */
  String mode() {
    return watermark.isPresent() ? "watermark" : "clock";
  }

  /** Null for a source with triggers. */
  static ReadOnly of(ResultSet row) throws SQLException {
    if (row.getString("mode").equals("triggers")) return null;
    return new ReadOnly(
        Optional.ofNullable(row.getString("watermark_column")),
        Optional.ofNullable(row.getString("key_column")),
        Duration.ofMillis(row.getLong("lag_ms")),
        Duration.ofMillis(row.getLong("every_ms")));
  }
}
