package dev.boardcast.testing;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.metrics.ClientMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts the SQL statements that the pools of its {@link #vertx} send, by text. */
public final class SqlCounter implements VertxMetricsFactory, VertxMetrics {
  private final Map<String, LongAdder> statements = new ConcurrentHashMap<>();

  /** A new Vert.x whose statements are counted. */
  public Vertx vertx() {
    return Vertx.builder()
        .with(new VertxOptions().setMetricsOptions(new MetricsOptions().setEnabled(true)))
        .withMetrics(this)
        .build();
  }

  /** How often each statement was sent. */
  public Map<String, Long> counts() {
    var counts = new TreeMap<String, Long>();
    statements.forEach((sql, sent) -> counts.put(sql, sent.sum()));
    return counts;
  }

  @Override
  public VertxMetrics metrics(VertxOptions options) {
    return this;
  }

  @Override
  public ClientMetrics<?, ?, ?> createClientMetrics(
      SocketAddress remote, String type, String namespace) {
    if (!type.equals("sql")) return null;
    return new ClientMetrics<Object, Object, Object>() {
      @Override
      public Object requestBegin(String sql, Object request) {
        statements.computeIfAbsent(sql, fresh -> new LongAdder()).increment();
        return null;
      }
    };
  }
}
