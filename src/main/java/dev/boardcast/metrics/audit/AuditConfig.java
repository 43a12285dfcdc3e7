package dev.boardcast.metrics.audit;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.time.Duration;

/** How rollups are compared with the facts they were folded from. */
@SettingGroup("Rollup audit")
public record AuditConfig(
    @Setting(
            key = "audit-every",
            defaultValue = "10m",
            description =
                "Pause between two audits of a board, longer where an audit takes more than a"
                    + " twentieth of it; 0ms turns audits off.")
        Duration every,
    @Setting(
            key = "audit-timeout",
            defaultValue = "1m",
            min = "1ms",
            description = "Longest SQL statement of an audit.")
        Duration timeout,
    @Setting(
            key = "audit-max-facts",
            defaultValue = "1000000",
            min = "0",
            unit = "facts",
            description =
                "Most facts that are recomputed as a whole; of more, one bucket of time is, where"
                    + " the board supports it.")
        int maxFacts) {
  public static final AuditConfig DEFAULTS = Settings.defaults(AuditConfig.class);
}
