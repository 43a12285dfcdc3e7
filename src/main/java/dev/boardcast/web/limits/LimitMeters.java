package dev.boardcast.web.limits;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts refusals by the setting that bounds the client, and logs the first one of each setting in
 * a minute. Thread safe.
 */
public final class LimitMeters {
  private static final Logger LOG = LoggerFactory.getLogger(LimitMeters.class);
  private static final long LOG_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final MeterRegistry registry;
  private final Map<String, Refusals> refusals = new ConcurrentHashMap<>();

  private static final class Refusals {
    private final Counter counter;
    private long loggedAt;
    private long silent;

    private Refusals(Counter counter) {
      this.counter = counter;
      this.loggedAt = System.nanoTime() - LOG_NANOS;
    }

    /** How many were not logged before this one; negative when this one is not to be logged. */
    private synchronized long log() {
      long now = System.nanoTime();
      if (now - loggedAt < LOG_NANOS) {
        silent++;
        return -1;
      }
      long before = silent;
      loggedAt = now;
      silent = 0;
      return before;
    }
  }

  LimitMeters(Optional<MeterRegistry> wanted) {
    registry = wanted.orElseGet(CompositeMeterRegistry::new);
  }

  MeterRegistry registry() {
    return registry;
  }

  /**
   * A client was refused.
   *
   * @param client its address or user
   */
  public void refused(String setting, String client) {
    Refusals same = refusals.computeIfAbsent(setting, this::refusals);
    same.counter.increment();
    long before = same.log();
    if (before < 0) return;
    LOG.warn(
        "refused {}: over {} ({} more since the last line about this limit)",
        client,
        setting,
        before);
  }

  private Refusals refusals(String setting) {
    return new Refusals(
        Counter.builder("boardcast.limit.refusals")
            .description("Clients refused or cut, by the setting that bounds them")
            .tag("setting", setting)
            .register(registry));
  }
}
