package dev.boardcast.web.limits;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What each client may do in a second, by one setting. Thread safe. */
final class Rate {
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String setting;
  private final long perSecond;
  private final LimitMeters meters;
  private final TokenBuckets buckets;

  /**
   * @param perSecond 0 for no limit
   */
  Rate(String setting, long perSecond, LimitMeters meters) {
    this.setting = setting;
    this.perSecond = perSecond;
    this.meters = meters;
    this.buckets = new TokenBuckets(Math.max(1, perSecond), SECOND_NANOS);
  }

  /** Takes tokens, or says what to answer to a client that has none. */
  Optional<RateLimit> take(String client, long tokens) {
    long nanos = perSecond == 0 ? 0 : buckets.take(client, tokens);
    if (nanos == 0) return Optional.empty();
    meters.refused(setting, client);
    int seconds = (int) TimeUnit.NANOSECONDS.toSeconds(nanos) + 1;
    return Optional.of(new RateLimit(setting, perSecond, 1, seconds));
  }

  /**
   * Takes tokens even where there are none.
   *
   * @return the nanoseconds until the client may go on
   */
  long charge(String client, long tokens) {
    return perSecond == 0 ? 0 : buckets.charge(client, tokens);
  }
}
