package dev.boardcast.admin;

import dev.boardcast.engine.OptionalArtifact;
import dev.boardcast.spi.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Holds a node's meters. Each meter has the tag {@code application}, so that several applications
 * can share a registry. Thread safe.
 */
public final class NodeMeters {
  private final MeterRegistry registry;
  private final Optional<Supplier<String>> scrape;
  private final String absence;

  private NodeMeters(MeterRegistry registry, Optional<Supplier<String>> scrape, String absence) {
    this.registry = registry;
    this.scrape = scrape;
    this.absence = absence;
  }

  /** Meters in a registry of the node's own, in the Prometheus format where that is available. */
  public static NodeMeters own(String application) {
    return OptionalArtifact.PROMETHEUS.isPresent()
        ? Prometheus.meters(application)
        : new NodeMeters(
            tagged(new SimpleMeterRegistry(), application),
            Optional.empty(),
            OptionalArtifact.PROMETHEUS.reason("/metrics"));
  }

  /**
   * Meters in a registry that has others too.
   *
   * @param scrape writes the registry in the Prometheus format; without it {@code /metrics} answers
   *     404
   */
  public static NodeMeters in(
      MeterRegistry given, Optional<Supplier<String>> scrape, String application) {
    MeterRegistry composite = tagged(new CompositeMeterRegistry(), application);
    ((CompositeMeterRegistry) composite).add(given);
    return new NodeMeters(composite, scrape, "the meters are in the registry of the application");
  }

  public MeterRegistry registry() {
    return registry;
  }

  /** Removes the node's meters, also from a given registry. */
  public void close() {
    List.copyOf(registry.getMeters()).forEach(registry::remove);
    registry.close();
  }

  /** Answers with all meters as text. */
  void answer(RoutingContext context) {
    if (scrape.isEmpty()) throw Problem.of(404, "Not found", absence);
    context
        .response()
        .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        .end(scrape.get().get());
  }

  private static MeterRegistry tagged(MeterRegistry registry, String application) {
    registry.config().commonTags("application", application);
    return registry;
  }

  /** The one class that needs the optional artifact. */
  private static final class Prometheus {
    static NodeMeters meters(String application) {
      var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      return new NodeMeters(tagged(registry, application), Optional.of(registry::scrape), "");
    }
  }
}
