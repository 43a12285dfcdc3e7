package dev.boardcast.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;

/** The meters of the program's process: those of the JVM, of Vert.x and of the node. */
final class ProcessMeters {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  MeterRegistry registry() {
    return registry;
  }

  /** All meters in the Prometheus format. */
  String scrape() {
    return registry.scrape();
  }

  /** A builder of a Vert.x whose meters are in this registry. */
  VertxBuilder vertx(VertxOptions options) {
    return Vertx.builder()
        .with(options.setMetricsOptions(options()))
        .withMetrics(new MicrometerMetricsFactory(registry));
  }

  private static MicrometerMetricsOptions options() {
    var options =
        new MicrometerMetricsOptions()
            .setEnabled(true)
            // Vert.x shares registries of one name within a JVM.
            .setRegistryName("boardcast-" + UUID.randomUUID())
            .setJvmMetricsEnabled(true)
            .setLabels(EnumSet.of(Label.POOL_TYPE, Label.POOL_NAME));
    // Meters per request, connection and bus message cost time on the hot path.
    List.of(
            MetricsDomain.EVENT_BUS,
            MetricsDomain.HTTP_SERVER,
            MetricsDomain.HTTP_CLIENT,
            MetricsDomain.NET_SERVER,
            MetricsDomain.NET_CLIENT,
            MetricsDomain.DATAGRAM_SOCKET)
        .forEach(options::addDisabledMetricsCategory);
    // Per connection of a pool; the pool's own meters have the sum.
    return options.addDisabledMetricsCategory("sql").addDisabledMetricsCategory("redis");
  }
}
