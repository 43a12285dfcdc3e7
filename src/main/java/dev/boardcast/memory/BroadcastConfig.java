package dev.boardcast.memory;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import dev.boardcast.spi.Shards;
import java.time.Duration;

/** How much of the streams a node keeps in memory, in mode broadcast. */
@SettingGroup("Broadcast")
public record BroadcastConfig(
    @Setting(
            key = "broadcast-max-events",
            defaultValue = "50000",
            min = "100",
            max = "10000000",
            unit = "events",
            description =
                "Mode broadcast: most events that a node keeps of each of its shards; the oldest"
                    + " go.")
        int maxEvents,
    @Setting(
            key = "broadcast-max-mib",
            defaultValue = "32",
            min = "1",
            max = "65536",
            unit = "MiB",
            description =
                "Mode broadcast: most memory of the events that a node keeps, in equal parts for"
                    + " its shards; the oldest go.")
        int maxMib,
    @Setting(
            key = "broadcast-keep",
            defaultValue = "10m",
            min = "1s",
            description = "Mode broadcast: how long events are kept in memory.")
        Duration keep) {
  public static final BroadcastConfig DEFAULTS = Settings.defaults(BroadcastConfig.class);

  /** Most bytes of one shard's events. */
  long maxShardBytes() {
    return ((long) maxMib << 20) / Shards.COUNT;
  }
}
