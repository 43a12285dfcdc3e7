package dev.boardcast.events;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.engine.FreshnessStages;
import dev.boardcast.engine.FreshnessStages.Stage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Registers the meters of one shard's emitter: {@code boardcast_outbox_drained_total}, {@code
 * boardcast_emitter_lease_held} (1 or 0) and {@code boardcast_outbox_lag_seconds} (age of the
 * oldest event of the last batch when it was published, or of the oldest that waits if that is
 * more) and {@code boardcast_outbox_age_seconds} (age of the oldest row that waits), each by {@code
 * shard}. Both go on by the clock while nothing is published, or nothing is read.
 */
final class EmitterMeters {
  // A heartbeat that is answered late is no sign.
  private static final double UNREAD_SECONDS = 3;

  private final MeterRegistry registry;
  private final FreshnessStages stages;
  private final LongSupplier nanos;
  private final Counter drained;
  private final List<Meter> gauges;
  private volatile Reading reading;
  private volatile double lagSeconds;

  /** What a heartbeat has read: the age of the oldest row, negative for none. */
  private record Reading(long nanos, double oldestSeconds) {}

  /**
   * @param held whether this node is the emitter; called from any thread
   */
  EmitterMeters(MeterRegistry registry, int shard, BooleanSupplier held) {
    this(registry, shard, held, System::nanoTime);
  }

  EmitterMeters(MeterRegistry registry, int shard, BooleanSupplier held, LongSupplier nanos) {
    this.registry = registry;
    stages = new FreshnessStages(registry);
    this.nanos = nanos;
    reading = new Reading(nanos.getAsLong(), -1);
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
            Gauge.builder("boardcast.outbox.lag", () -> Math.max(lagSeconds, age()))
                .description(
                    "Age of the oldest event of the last batch, or of the oldest that waits")
                .baseUnit("seconds")
                .tag("shard", tag)
                .register(registry),
            Gauge.builder("boardcast.outbox.age", this::age)
                .description(
                    "Age of the oldest row of the outbox; while the database does not answer, the"
                        + " time in which one may wait")
                .baseUnit("seconds")
                .tag("shard", tag)
                .register(registry));
  }

  /** A heartbeat has read the age of the oldest row; empty when there is none. */
  void outboxRead(OptionalDouble seconds) {
    double oldest = seconds.isPresent() ? Math.max(0, seconds.getAsDouble()) : -1;
    reading = new Reading(nanos.getAsLong(), oldest);
  }

  private double age() {
    Reading last = reading;
    double since = (nanos.getAsLong() - last.nanos()) / 1e9;
    if (last.oldestSeconds() >= 0) return last.oldestSeconds() + since;
    return since > UNREAD_SECONDS ? since : 0;
  }

  /**
   * Events are on the bus.
   *
   * @param nanos since the drain that brought them was sent
   */
  void published(OutboxDrain.Drained batch, long nanos) {
    List<LoggedEvent> events = batch.events();
    if (events.isEmpty()) return;
    if (batch.waitedSeconds() != null) {
      stages.took(Stage.OUTBOX, (long) (batch.waitedSeconds() * 1e9));
      stages.took(Stage.LOG, nanos);
    }
    drained.increment(events.size());
    Duration age = Duration.between(events.get(0).at(), Instant.now());
    lagSeconds = Math.max(0, age.toMillis() / 1000.0);
  }

  /** Removes the gauges, so that a later emitter on this registry can register its own. */
  void close() {
    gauges.forEach(registry::remove);
  }
}
