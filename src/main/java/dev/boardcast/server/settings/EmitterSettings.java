package dev.boardcast.server.settings;

import dev.boardcast.events.EmitterConfig;
import dev.boardcast.events.RetentionConfig;
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

  static final Setting<Duration> KEEP =
      Setting.time("events-keep", DEFAULTS.retention().keep(), "How long the event log is kept");
  static final Setting<Integer> MAX_MIB =
      Setting.count(
          "events-max-mib",
          (int) (DEFAULTS.retention().maxBytes() >> 20),
          "Most MiB of the event log; the oldest events go first");

  static final List<Setting<?>> ALL = List.of(BATCH, SWEEP, LEASE_TTL, BEACON, KEEP, MAX_MIB);

  private EmitterSettings() {}

  static EmitterConfig config(EffectiveSettings values) {
    return values.build(
        () ->
            new EmitterConfig(
                values.get(BATCH),
                values.get(SWEEP),
                values.get(LEASE_TTL),
                values.get(BEACON),
                new RetentionConfig(
                    values.get(KEEP),
                    (long) values.get(MAX_MIB) << 20,
                    DEFAULTS.retention().firstPart())));
  }
}
