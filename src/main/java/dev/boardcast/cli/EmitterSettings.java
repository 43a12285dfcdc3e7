package dev.boardcast.cli;

import dev.boardcast.event.EmitterConfig;
import java.time.Duration;
import java.util.List;

/** Settings of {@link EmitterConfig}. */
final class EmitterSettings {
  private static final EmitterConfig DEFAULTS = EmitterConfig.DEFAULTS;

  static final Setting<Integer> BATCH =
      Setting.count("emitter-batch", DEFAULTS.batch(), "Most events moved in one transaction");
  static final Setting<Duration> SWEEP =
      Setting.time("emitter-sweep", DEFAULTS.sweep(), "How often the outbox is looked at unasked");
  static final Setting<Duration> LEASE_TTL =
      Setting.time(
          "emitter-lease-ttl", DEFAULTS.leaseTtl(), "How long a dead emitter is waited for");
  static final Setting<Duration> BEACON =
      Setting.time("emitter-beacon", DEFAULTS.beacon(), "How often gateways are told the position");

  static final List<Setting<?>> ALL = List.of(BATCH, SWEEP, LEASE_TTL, BEACON);

  private EmitterSettings() {}

  static EmitterConfig config(Values values) {
    return values.build(
        () ->
            new EmitterConfig(
                values.get(BATCH), values.get(SWEEP), values.get(LEASE_TTL), values.get(BEACON)));
  }
}
