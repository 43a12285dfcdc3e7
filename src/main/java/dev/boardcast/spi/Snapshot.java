package dev.boardcast.spi;

import java.time.Duration;
import java.time.Instant;

/**
 * All metrics of a board at one moment. Immutable.
 *
 * @param version grows with every change of the metrics
 * @param computedAt when the metrics were folded and read
 * @param timestamp when this message was made: a heartbeat repeats known metrics with a new one
 * @param stale whether the metrics could not be checked against the database at {@code timestamp}
 * @param data the metrics: one JSON object without {@code timestamp}
 */
public record Snapshot(
    String board,
    long version,
    Instant computedAt,
    Instant timestamp,
    boolean stale,
    RawJson data) {

  /** The same metrics in a message made at {@code now}. */
  public Snapshot resent(Instant now, boolean stale) {
    return new Snapshot(board, version, computedAt, now, stale, data);
  }

  /** The age of the metrics at {@code timestamp}, in milliseconds, not negative. */
  public long ageMillis() {
    return Math.max(0, Duration.between(computedAt, timestamp).toMillis());
  }

  /**
   * The metrics and {@code timestamp} in one JSON object; if stale, also {@code "stale":true} and
   * {@code age_ms}. The data is copied, not parsed.
   */
  public RawJson bare() {
    String metrics = data.text();
    int end = metrics.lastIndexOf('}');
    var text = new StringBuilder(metrics.length() + 80).append(metrics, 0, end);
    if (metrics.indexOf('"') >= 0) text.append(',');
    text.append("\"timestamp\":\"").append(Json.time(timestamp)).append('"');
    if (stale) {
      text.append(",\"stale\":true,\"age_ms\":").append(ageMillis());
    }
    return RawJson.of(text.append('}').toString());
  }
}
