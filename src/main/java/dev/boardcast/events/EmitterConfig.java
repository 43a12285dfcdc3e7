package dev.boardcast.events;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.time.Duration;

/** How the outbox is emptied into the event log. */
@SettingGroup("Events")
public record EmitterConfig(
    @Setting(
            key = "emitter-batch",
            defaultValue = "500",
            min = "1",
            max = "10000",
            unit = "events",
            description = "Most events moved in one transaction.")
        int batch,
    @Setting(
            key = "emitter-lease-ttl",
            defaultValue = "1500ms",
            min = "500ms",
            description = "How long a failed emitter keeps the lease of its shard.")
        Duration leaseTtl,
    @Setting(
            key = "emitter-beacon",
            defaultValue = "1s",
            min = "10ms",
            description = "How often the position of a shard is published to gateways.")
        Duration beacon,
    RetentionConfig retention) {
  public static final EmitterConfig DEFAULTS = Settings.defaults(EmitterConfig.class);
}
