package dev.boardcast.metrics;

import dev.boardcast.config.Settings;
import dev.boardcast.metrics.audit.AuditConfig;
import dev.boardcast.metrics.history.HistoryConfig;
import dev.boardcast.metrics.seal.SealConfig;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.time.Duration;

/** How boards are kept up to date. */
@SettingGroup("Metrics")
public record MetricsConfig(
    @Setting(
            key = "metrics-min-interval",
            defaultValue = "1s",
            min = "1ms",
            description = "Least time between two updates of a board.")
        Duration minInterval,
    @Setting(
            key = "metrics-heartbeat",
            defaultValue = "5s",
            description = "How often an unchanged snapshot is sent again.")
        Duration heartbeat,
    @Setting(
            key = "metrics-lease-ttl",
            defaultValue = "1500ms",
            min = "500ms",
            description = "How long a failed node keeps the lease of a board.")
        Duration leaseTtl,
    @Setting(
            key = "metrics-cache-ttl",
            defaultValue = "60s",
            description = "How long Redis keeps a snapshot that is not renewed.")
        Duration cacheTtl,
    HistoryConfig history,
    AuditConfig audit,
    SealConfig seal) {
  public static final MetricsConfig DEFAULTS = Settings.defaults(MetricsConfig.class);

  public MetricsConfig {
    if (heartbeat.compareTo(minInterval) < 0) {
      throw new InvalidSettingException("metrics-heartbeat", "at least metrics-min-interval");
    }
    if (cacheTtl.compareTo(heartbeat) <= 0) {
      throw new InvalidSettingException("metrics-cache-ttl", "more than metrics-heartbeat");
    }
  }
}
