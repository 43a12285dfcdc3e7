package dev.boardcast.admin;

import dev.boardcast.spi.Routes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.ext.web.Router;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.micrometer.backends.BackendRegistries;
import java.util.EnumSet;
import java.util.List;

/** Serves a node's meters to Prometheus at {@code GET /metrics}. Thread safe. */
public final class NodeMeters implements Routes {
  private static final String NAME = "boardcast";

  private final PrometheusMeterRegistry registry;

  private NodeMeters(PrometheusMeterRegistry registry) {
    this.registry = registry;
  }

  /** Uses the registry that {@link #install} gave to this process's Vert.x, else a new one. */
  public static NodeMeters ofProcess() {
    return new NodeMeters(
        BackendRegistries.getNow(NAME) instanceof PrometheusMeterRegistry installed
            ? installed
            : new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }

  /**
   * Returns a builder of a Vert.x with its own meters. Those per request, connection and bus
   * message are disabled: they cost time on the hot path and add little to ours.
   */
  public static VertxBuilder install(VertxOptions options) {
    return Vertx.builder()
        .with(options.setMetricsOptions(options()))
        .withMetrics(
            new MicrometerMetricsFactory(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)));
  }

  public MeterRegistry registry() {
    return registry;
  }

  @Override
  public void mount(Router router) {
    router
        .get("/metrics")
        .setName("metrics")
        .handler(
            context ->
                context
                    .response()
                    .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                    .end(registry.scrape()));
  }

  private static MicrometerMetricsOptions options() {
    var options =
        new MicrometerMetricsOptions()
            .setEnabled(true)
            .setRegistryName(NAME)
            .setJvmMetricsEnabled(true)
            .setLabels(EnumSet.of(Label.POOL_TYPE, Label.POOL_NAME));
    List.of(
            MetricsDomain.EVENT_BUS,
            MetricsDomain.HTTP_SERVER,
            MetricsDomain.HTTP_CLIENT,
            MetricsDomain.NET_SERVER,
            MetricsDomain.NET_CLIENT,
            MetricsDomain.DATAGRAM_SOCKET)
        .forEach(options::addDisabledMetricsCategory);
    // Meters per connection; those of the pool show the same.
    return options.addDisabledMetricsCategory("sql").addDisabledMetricsCategory("redis");
  }
}
