package dev.boardcast.web.audit;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.time.Duration;

/** How long the rows of the audit trail are kept, and whether they are a stream too. */
@SettingGroup("Audit trail")
public record AuditTrailConfig(
    @Setting(
            key = "audit-retention",
            defaultValue = "90d",
            min = "1h",
            max = "3650d",
            description =
                "How long the audit trail keeps acts of administration, changes of teams, refused"
                    + " acts and failed logins.")
        Duration retention,
    @Setting(
            key = "audit-writes-retention",
            defaultValue = "7d",
            min = "1h",
            max = "3650d",
            description =
                "How long the audit trail keeps the requests that wrote facts or published"
                    + " events.")
        Duration writesRetention,
    @Setting(
            key = "audit-writes-max",
            defaultValue = "5000000",
            min = "1000",
            unit = "rows",
            description =
                "Most rows of requests that wrote facts or published events; the oldest are"
                    + " deleted.")
        long maxWrites,
    @Setting(
            key = "audit-stream",
            defaultValue = "off",
            description =
                "Whether each row of the audit trail is also an event of the stream audit, for the"
                    + " roles viewer and admin.")
        boolean streams) {
  public static final AuditTrailConfig DEFAULTS = Settings.of(AuditTrailConfig.class);
}
