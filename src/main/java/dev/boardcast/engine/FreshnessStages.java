package dev.boardcast.engine;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Times an event from the request that brings it to the client that shows it, stage by stage: each
 * begins where the one before ends. Of events that move together one is timed, so that the cost
 * grows with the batches and not with the events. Thread safe.
 */
public final class FreshnessStages {
  /** What counts nothing. */
  public static final FreshnessStages NONE = new FreshnessStages(new CompositeMeterRegistry());

  private static final Duration[] BUCKETS =
      IntStream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  /** The stages, in their order. */
  public enum Stage {
    /** From the head of a request until its events are written; by the clock of its node. */
    REQUEST,
    /** Until the emitter takes them, the commit included; by the clock of the database. */
    OUTBOX,
    /** Until they are in the log and on the bus; by the clock of the emitter's node. */
    LOG,
    /** Until a gateway has them; by the clock of the database as both nodes know it. */
    BUS,
    /** Until they are passed to the sessions of one event loop; by the clock of its node. */
    GATEWAY,
    /** Until the kernel has them, as far as clients read; by the same. */
    SOCKET,
    /** From when a page gets them until it has drawn them; by the clock of the browser. */
    SCREEN
  }

  private final Map<Stage, Timer> timers = new EnumMap<>(Stage.class);

  public FreshnessStages(MeterRegistry registry) {
    for (Stage stage : Stage.values()) {
      timers.put(
          stage,
          Timer.builder("boardcast.freshness")
              .description("Time that events take, by stage")
              .tag("stage", stage.name().toLowerCase(Locale.ROOT))
              .serviceLevelObjectives(BUCKETS)
              .register(registry));
    }
  }

  /** One event took that long; clocks that differ can make it negative, which counts as 0. */
  public void took(Stage stage, long nanos) {
    timers.get(stage).record(Math.max(0, nanos), TimeUnit.NANOSECONDS);
  }
}
