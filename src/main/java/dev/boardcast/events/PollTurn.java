package dev.boardcast.events;

import dev.boardcast.spi.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * The value of the parameter {@code poll}: when a poller is answered though there is no event.
 *
 * <p>It is the second in which the poller's last answer was made, and opaque to clients. All who
 * got that answer therefore send the same request, and wait to the same end, also those who send it
 * late.
 *
 * @param second since 1970; 0 for now
 */
record PollTurn(long second) {
  private static final String NOW = "now";
  private static final int RADIX = 36;
  private static final Pattern TEXT = Pattern.compile("[1-9a-z][0-9a-z]{0,7}");
  private static final Duration MAX_SKEW = Duration.ofMinutes(1);
  private static final PollTurn AT_ONCE = new PollTurn(0);

  /**
   * @throws Problem 400 naming the parameter
   */
  static PollTurn parse(String text) {
    if (text.equals(NOW)) return AT_ONCE;
    if (!TEXT.matcher(text).matches()) {
      throw Problem.invalid("poll", "now, or the value of poll in the last answer");
    }
    return new PollTurn(Long.parseLong(text, RADIX));
  }

  /** The value with which to continue after an answer. */
  static String after(boolean hasMore, Instant answered) {
    return hasMore ? NOW : Long.toString(answered.getEpochSecond(), RADIX);
  }

  /**
   * How long to wait for an event.
   *
   * @param most how long one turn is; other nodes may have other clocks, so no wait is longer
   * @return zero when the turn is over, or cannot have begun
   */
  Duration left(Instant now, Duration most) {
    long passed = now.toEpochMilli() - 1000 * second;
    if (passed < -MAX_SKEW.toMillis()) return Duration.ZERO;
    long left = most.toMillis() - Math.min(passed, most.toMillis());
    return Duration.ofMillis(Math.min(left, most.toMillis()));
  }
}
