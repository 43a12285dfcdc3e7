package dev.boardcast.ops;

import dev.boardcast.http.Routes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.ext.web.Router;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.EnumSet;
import java.util.Set;

/** A node's meters, told to Prometheus at {@code GET /metrics}. Thread safe. */
public final class Meters implements Routes {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  public MeterRegistry registry() {
    return registry;
  }

  /**
   * Vert.x's own meters into the same registry. Those per request, connection and bus message are
   * left out: they cost on the hot path and say little that ours do not.
   */
  public VertxMetricsFactory ofVertx() {
    return new MicrometerMetricsFactory(registry);
  }

  /** The options that go with {@link #ofVertx}. */
  public static MicrometerMetricsOptions options() {
    var options = new MicrometerMetricsOptions().setEnabled(true).setJvmMetricsEnabled(true);
    options.setLabels(EnumSet.of(Label.POOL_TYPE, Label.POOL_NAME));
    for (MetricsDomain domain :
        Set.of(
            MetricsDomain.EVENT_BUS,
            MetricsDomain.HTTP_SERVER,
            MetricsDomain.HTTP_CLIENT,
            MetricsDomain.NET_SERVER,
            MetricsDomain.NET_CLIENT,
            MetricsDomain.DATAGRAM_SOCKET)) {
      options.addDisabledMetricsCategory(domain);
    }
    return options;
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
}
