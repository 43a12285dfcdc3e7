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
 * Probes the dependencies of this node every five seconds, for the gauge {@code
 * boardcast_dependency_up}: 1, or 0 while a dependency is unavailable. One per node.
 */
public final class DependencyProbe extends VerticleBase {
  private static final int INTERVAL_MILLIS = 5_000;
  private static final int TIMEOUT_MILLIS = 1_000;

  private final MeterRegistry meters;
  private final Map<String, Supplier<Future<?>>> probes;
  private final Map<String, Integer> up = new ConcurrentHashMap<>();
  private final List<Gauge> gauges = new ArrayList<>();

  /**
   * @param probes by name; each fails while its dependency is unavailable
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
    probe();
    vertx.setPeriodic(INTERVAL_MILLIS, tick -> probe());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    gauges.forEach(meters::remove);
    return Future.succeededFuture();
  }

  private void probe() {
    probes.forEach(
        (name, probe) ->
            probe
                .get()
                .timeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .onComplete(success -> up.put(name, 1), failure -> up.put(name, 0)));
  }
}
