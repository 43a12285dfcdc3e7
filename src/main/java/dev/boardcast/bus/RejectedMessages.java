package dev.boardcast.bus;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the messages that a node dropped, by reason, and logs some of them. Thread safe. */
public final class RejectedMessages {
  private static final Logger LOG = LoggerFactory.getLogger(RejectedMessages.class);
  private static final long LOG_INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

  private final Map<Rejection, AtomicLong> counts = new EnumMap<>(Rejection.class);
  private final Map<Rejection, AtomicLong> loggedNanos = new EnumMap<>(Rejection.class);

  RejectedMessages() {
    long longAgo = System.nanoTime() - LOG_INTERVAL_NANOS;
    for (Rejection reason : Rejection.values()) {
      counts.put(reason, new AtomicLong());
      loggedNanos.put(reason, new AtomicLong(longAgo));
    }
  }

  /** Adds the counters to a registry. */
  public void bindTo(MeterRegistry registry) {
    counts.forEach(
        (reason, count) ->
            FunctionCounter.builder("boardcast.bus.messages.rejected", count, AtomicLong::get)
                .description("Messages of other nodes that this node dropped")
                .tag("reason", reason.tag())
                .register(registry));
  }

  /** Counts one; each reason is logged once a minute at most. */
  void add(Rejection reason, String address, Throwable cause) {
    counts.get(reason).incrementAndGet();
    long now = System.nanoTime();
    long logged = loggedNanos.get(reason).get();
    if (now - logged >= LOG_INTERVAL_NANOS && loggedNanos.get(reason).compareAndSet(logged, now)) {
      LOG.warn("dropped a message to {} ({}): {}", address, reason.tag(), cause.getMessage());
    }
  }

  long count(Rejection reason) {
    return counts.get(reason).get();
  }
}
