package dev.boardcast.web.limits;

import dev.boardcast.spi.StreamRules;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Limits the messages of each client to each application stream, by the rules of streams. Thread
 * safe.
 */
public final class StreamRates {
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
  // Rates that rules had before they were replaced are dropped then.
  private static final int MAX_RATES = 2_000;

  private final LimitMeters meters;
  private final Map<Integer, TokenBuckets> rates = new ConcurrentHashMap<>();

  StreamRates(LimitMeters meters) {
    this.meters = meters;
  }

  /**
   * Counts one message; what to answer when there were too many.
   *
   * @param perSecond of the stream's rule
   */
  public Optional<RateLimit> take(String client, String stream, int perSecond) {
    if (perSecond == Integer.MAX_VALUE) return Optional.empty();
    if (rates.size() > MAX_RATES) rates.clear();
    long nanos =
        rates
            .computeIfAbsent(perSecond, rate -> new TokenBuckets(rate, SECOND_NANOS))
            .take(stream + '\n' + client, 1);
    if (nanos == 0) return Optional.empty();
    meters.refused(StreamRules.SETTING, client);
    int seconds = (int) TimeUnit.NANOSECONDS.toSeconds(nanos) + 1;
    return Optional.of(new RateLimit(StreamRules.SETTING, perSecond, 1, seconds));
  }
}
