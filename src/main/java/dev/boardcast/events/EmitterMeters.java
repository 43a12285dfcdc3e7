package dev.boardcast.events;

import dev.boardcast.bus.LoggedEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

/**
 * Registers the meters of one shard's emitter: {@code boardcast_outbox_drained_total}, {@code
 * boardcast_emitter_lease_held} (1 or 0) and {@code boardcast_outbox_lag_seconds} (age of the
 * oldest event of the last batch when it was published) and {@code boardcast_outbox_age_seconds}
 * (age of the oldest row that waits), each by {@code shard}.
 */
final class EmitterMeters {
  private final MeterRegistry registry;
  private final Counter drained;
  private final List<Meter> gauges;
  private volatile double outboxSeconds;
  private volatile double lagSeconds;

  /**
   * @param held whether this node is the emitter; called from any thread
   */
  EmitterMeters(MeterRegistry registry, int shard, BooleanSupplier held) {
    this.registry = registry;
    String tag = Integer.toString(shard);
    drained =
        Counter.builder("boardcast.outbox.drained")
            .description("Events moved to the log")
            .tag("shard", tag)
            .register(registry);
    gauges =
        List.of(
            Gauge.builder("boardcast.emitter.lease.held", () -> held.getAsBoolean() ? 1 : 0)
                .description("1 where this node is the emitter")
                .tag("shard", tag)
                .register(registry),
            Gauge.builder("boardcast.outbox.lag", () -> lagSeconds)
                .description("Age of the oldest event of the last batch when it was published")
                .baseUnit("seconds")
                .tag("shard", tag)
                .register(registry),
            Gauge.builder("boardcast.outbox.age", () -> outboxSeconds)
                .description("Age of the oldest row of the outbox at the last heartbeat, else 0")
                .baseUnit("seconds")
                .tag("shard", tag)
                .register(registry));
  }

  /** A heartbeat has read the age of the oldest row; empty when there is none. */
  void outboxRead(OptionalDouble seconds) {
    outboxSeconds = Math.max(0, seconds.orElse(0));
  }

  void published(List<LoggedEvent> events) {
    if (events.isEmpty()) return;
    drained.increment(events.size());
    Duration age = Duration.between(events.get(0).at(), Instant.now());
    lagSeconds = Math.max(0, age.toMillis() / 1000.0);
  }

  /** Removes the gauges, so that a later emitter on this registry can register its own. */
  void close() {
    gauges.forEach(registry::remove);
  }
}
