package dev.boardcast.web.limits;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Limits refused tokens by address. A valid token is accepted whatever else its address sends: many
 * people may share it. Thread safe.
 */
public final class AuthenticationFailures {
  public static final String SETTING = "max-authentication-failures";

  private static final int WINDOW_SECONDS = 60;

  private final int limit;
  private final LimitMeters meters;
  private final TokenBuckets buckets;

  AuthenticationFailures(int limit, LimitMeters meters) {
    this.limit = limit;
    this.meters = meters;
    this.buckets = new TokenBuckets(limit, TimeUnit.SECONDS.toNanos(WINDOW_SECONDS));
  }

  /**
   * Counts a refused token.
   *
   * @param address the key of its client
   * @return what to answer in place of 401, when there were too many
   */
  public Optional<RateLimit> count(String address) {
    long nanos = buckets.take(address, 1);
    if (nanos == 0) return Optional.empty();
    meters.refused(SETTING, address);
    int seconds = (int) TimeUnit.NANOSECONDS.toSeconds(nanos) + 1;
    return Optional.of(new RateLimit(SETTING, limit, WINDOW_SECONDS, seconds));
  }
}
