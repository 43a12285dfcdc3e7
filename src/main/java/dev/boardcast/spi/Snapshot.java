package dev.boardcast.spi;

import java.time.Duration;
import java.time.Instant;

/**
 * All numbers of a board at one moment.
 *
 * @param version grows with every change of the numbers; a lower one is older news
 * @param computedAt when the numbers were folded and read
 * @param timestamp when this message was made: a heartbeat re-sends known numbers with a fresh one
 * @param stale whether the numbers could not be checked against the database at {@code timestamp}
 * @param data the numbers, one JSON object without {@code timestamp}, encoded once and passed on as
 *     bytes
 */
public record Snapshot(
    String board,
    long version,
    Instant computedAt,
    Instant timestamp,
    boolean stale,
    RawJson data) {

  /** The same numbers, sent again at {@code now}. */
  public Snapshot resent(Instant now, boolean stale) {
    return new Snapshot(board, version, computedAt, now, stale, data);
  }

  /** How old the numbers were when this message was made. */
  public long ageMillis() {
    return Math.max(0, Duration.between(computedAt, timestamp).toMillis());
  }

  /**
   * The numbers and {@code timestamp} at the top level, as clients of the older paths get them;
   * when stale also {@code "stale":true} and {@code age_ms}, the age of the numbers at {@code
   * timestamp}. The data is not parsed.
   */
  public RawJson bare() {
    String numbers = data.text();
    int end = numbers.lastIndexOf('}');
    var text = new StringBuilder(numbers.length() + 80).append(numbers, 0, end);
    if (numbers.indexOf('"') >= 0) text.append(',');
    text.append("\"timestamp\":\"").append(Json.time(timestamp)).append('"');
    if (stale) {
      text.append(",\"stale\":true,\"age_ms\":").append(ageMillis());
    }
    return RawJson.of(text.append('}').toString());
  }
}
