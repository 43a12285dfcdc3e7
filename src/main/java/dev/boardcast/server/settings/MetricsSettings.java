package dev.boardcast.server.settings;

import dev.boardcast.metrics.MetricsConfig;
import java.time.Duration;
import java.util.List;

/** Settings of {@link MetricsConfig}, but for those of history and audit. */
final class MetricsSettings {
  private static final MetricsConfig DEFAULTS = MetricsConfig.DEFAULTS;

  static final Setting<Duration> MIN_INTERVAL =
      Setting.time(
          "metrics-min-interval", DEFAULTS.minInterval(), "Least time between updates of a board");
  static final Setting<Duration> HEARTBEAT =
      Setting.time(
          "metrics-heartbeat", DEFAULTS.heartbeat(), "How often known numbers are re-sent");
  static final Setting<Duration> LEASE_TTL =
      Setting.time("metrics-lease-ttl", DEFAULTS.leaseTtl(), "How long a dead node keeps a board");
  static final Setting<Duration> CACHE_TTL =
      Setting.time(
          "metrics-cache-ttl", DEFAULTS.cacheTtl(), "How long Redis keeps a snapshot unrenewed");

  static final List<Setting<?>> ALL = List.of(MIN_INTERVAL, HEARTBEAT, LEASE_TTL, CACHE_TTL);

  private MetricsSettings() {}

  static MetricsConfig config(EffectiveSettings values) {
    return values.build(
        () ->
            new MetricsConfig(
                values.get(MIN_INTERVAL),
                values.get(HEARTBEAT),
                values.get(LEASE_TTL),
                values.get(CACHE_TTL),
                HistorySettings.config(values),
                AuditSettings.config(values)));
  }
}
