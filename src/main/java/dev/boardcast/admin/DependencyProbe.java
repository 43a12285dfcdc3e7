package dev.boardcast.admin;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tries every few seconds what this node depends on, for the meter {@code boardcast_dependency_up}:
 * 1, or 0 while it is away. One per node.
 */
public final class DependencyProbe extends VerticleBase {
  private static final int EVERY_MILLIS = 5_000;
  private static final int LIMIT_MILLIS = 1_000;

  private final MeterRegistry meters;
  private final Map<String, Supplier<Future<?>>> probes;
  private final Map<String, Integer> up = new ConcurrentHashMap<>();
  private final List<Gauge> gauges = new ArrayList<>();

  /**
   * @param probes by name, each fails while the dependency is away
   */
  public DependencyProbe(MeterRegistry meters, Map<String, Supplier<Future<?>>> probes) {
    this.meters = meters;
    this.probes = Map.copyOf(probes);
  }

  @Override
  public Future<?> start() {
    for (String name : probes.keySet()) {
      gauges.add(
          Gauge.builder("boardcast.dependency.up", () -> up.getOrDefault(name, 0))
              .description("1, or 0 while it is away")
              .tag("dependency", name)
              .register(meters));
    }
    look();
    vertx.setPeriodic(EVERY_MILLIS, tick -> look());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    gauges.forEach(meters::remove);
    return Future.succeededFuture();
  }

  private void look() {
    probes.forEach(
        (name, probe) ->
            probe
                .get()
                .timeout(LIMIT_MILLIS, TimeUnit.MILLISECONDS)
                .onComplete(there -> up.put(name, 1), away -> up.put(name, 0)));
  }
}
