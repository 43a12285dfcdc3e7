package dev.boardcast.events;

import dev.boardcast.spi.Setting;
import java.time.Duration;

/**
 * How long the event log is kept. The bound that is reached first drops the oldest partition, so
 * the log exceeds the bounds by less than one partition.
 */
public record RetentionConfig(
    @Setting(
            key = "events-keep",
            defaultValue = "30d",
            min = "1s",
            description = "How long events are kept in the event log.")
        Duration keep,
    @Setting(
            key = "events-max-mib",
            defaultValue = "8192",
            min = "1",
            unit = "MiB",
            description = "Largest size of the event log with its indexes; the oldest events go.")
        int maxMib,
    @Setting(
            key = "event-ids-keep",
            defaultValue = "7d",
            min = "1m",
            description =
                "How long the ids of events of application streams are kept, so that a repeated"
                    + " one is known.")
        Duration idsKeep) {

  /** Most bytes of the log with its indexes. */
  long maxBytes() {
    return (long) maxMib << 20;
  }
}
