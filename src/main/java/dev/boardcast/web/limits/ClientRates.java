package dev.boardcast.web.limits;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Limits what one client does in a second: a principal, or an address without a token. Requests
 * over the limit are refused. Facts are taken, and their client waits until it is within the limit
 * again. Thread safe.
 */
public final class ClientRates {
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Rate requests;
  private final Rate facts;
  private final Rate bytes;
  private final LimitMeters meters;

  /**
   * @param perSecond 0 for no limit
   */
  private record Rate(String setting, long perSecond, TokenBuckets buckets) {
    static Rate of(String setting, long perSecond) {
      return new Rate(setting, perSecond, new TokenBuckets(Math.max(1, perSecond), SECOND_NANOS));
    }

    long take(String client, long tokens) {
      return perSecond == 0 ? 0 : buckets.take(client, tokens);
    }

    long charge(String client, long tokens) {
      return perSecond == 0 ? 0 : buckets.charge(client, tokens);
    }
  }

  ClientRates(LimitsConfig config, LimitMeters meters) {
    this.meters = meters;
    requests = Rate.of("max-requests-per-second", config.requestsPerSecond());
    facts = Rate.of("max-facts-per-second", config.factsPerSecond());
    bytes = Rate.of("max-fact-bytes-per-second", config.factBytesPerSecond());
  }

  /** Counts a request; what to answer when there were too many. */
  public Optional<RateLimit> request(String client) {
    return refused(requests, client, requests.take(client, 1));
  }

  /** What to answer to a request with facts while its client has to wait. */
  public Optional<RateLimit> beforeFacts(String client) {
    return refused(facts, client, facts.take(client, 0))
        .or(() -> refused(bytes, client, bytes.take(client, 0)));
  }

  /**
   * Counts facts that were read.
   *
   * @return the milliseconds until its client may send more
   */
  public long read(String client, long count, long size) {
    long nanos = Math.max(facts.charge(client, count), bytes.charge(client, size));
    return (nanos + 999_999) / 1_000_000;
  }

  private Optional<RateLimit> refused(Rate rate, String client, long nanos) {
    if (nanos == 0) return Optional.empty();
    meters.refused(rate.setting(), client);
    int seconds = (int) TimeUnit.NANOSECONDS.toSeconds(nanos) + 1;
    return Optional.of(new RateLimit(rate.setting(), rate.perSecond(), 1, seconds));
  }
}
