package dev.boardcast.server.settings;

import dev.boardcast.metrics.audit.AuditConfig;
import java.time.Duration;
import java.util.List;

/** Settings of {@link AuditConfig}. */
final class AuditSettings {
  private static final AuditConfig DEFAULTS = AuditConfig.DEFAULTS;

  static final Setting<Duration> EVERY =
      Setting.time(
          "audit-every",
          DEFAULTS.every(),
          "Pause between two comparisons of a board's rollups with its facts; 0ms for none");
  static final Setting<Duration> TIMEOUT =
      Setting.time("audit-timeout", DEFAULTS.timeout(), "Longest SQL statement of one");
  static final Setting<Integer> MAX_FACTS =
      Setting.count(
          "audit-max-facts",
          DEFAULTS.maxFacts(),
          "Most facts that are recomputed whole; of more, one bucket of time, where the board can");

  static final List<Setting<?>> ALL = List.of(EVERY, TIMEOUT, MAX_FACTS);

  private AuditSettings() {}

  static AuditConfig config(EffectiveSettings values) {
    return values.build(
        () -> new AuditConfig(values.get(EVERY), values.get(TIMEOUT), values.get(MAX_FACTS)));
  }
}
