package dev.boardcast.metrics;

import dev.boardcast.metrics.audit.AuditConfig;
import dev.boardcast.metrics.history.HistoryConfig;
import java.time.Duration;

/**
 * Configures how boards are kept up to date.
 *
 * @param minInterval least time between two updates of one board; default 1 s
 * @param heartbeat how often an unchanged snapshot is re-sent; default 5 s
 * @param leaseTtl how long a dead node keeps a board; default 1500 ms, at least 500 ms
 * @param cacheTtl how long Redis keeps a snapshot that is not renewed; default 60 s
 */
public record MetricsConfig(
    Duration minInterval,
    Duration heartbeat,
    Duration leaseTtl,
    Duration cacheTtl,
    HistoryConfig history,
    AuditConfig audit) {
  public static final MetricsConfig DEFAULTS =
      new MetricsConfig(
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofMillis(1500),
          Duration.ofSeconds(60));

  /** Uses the defaults for history and audits. */
  public MetricsConfig(
      Duration minInterval, Duration heartbeat, Duration leaseTtl, Duration cacheTtl) {
    this(minInterval, heartbeat, leaseTtl, cacheTtl, HistoryConfig.DEFAULTS, AuditConfig.DEFAULTS);
  }

  public MetricsConfig {
    if (minInterval.toMillis() < 1) {
      throw new IllegalArgumentException(
          "metrics-min-interval must be at least 1ms, was " + minInterval);
    }
    if (heartbeat.compareTo(minInterval) < 0) {
      throw new IllegalArgumentException(
          "metrics-heartbeat must be at least metrics-min-interval, was " + heartbeat);
    }
    if (leaseTtl.toMillis() < 500) {
      throw new IllegalArgumentException(
          "metrics-lease-ttl must be at least 500ms, was " + leaseTtl);
    }
    if (cacheTtl.compareTo(heartbeat) <= 0) {
      throw new IllegalArgumentException(
          "metrics-cache-ttl must be more than metrics-heartbeat, was " + cacheTtl);
    }
  }
}
