package dev.boardcast.sources;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.time.Duration;
import java.util.Map;

/** How tables of applications are read as facts of boards. */
@SettingGroup("Sources")
public record SourceConfig(
    @Setting(
            key = "source-connections",
            secret = true,
            pattern = "postgres(ql)?://[^/?#\\s]+\\S*",
            expected = "<name>=postgresql://user:password@host:port/database, separated by commas",
            description =
                "Databases of sources, by the name that source install and board files use; the"
                    + " user owns the tables, or may SELECT those that are only read.")
        Map<String, String> connections,
    @Setting(
            key = "source-poll",
            defaultValue = "250ms",
            min = "50ms",
            max = "1m",
            description = "How often changes of sources are looked for.")
        Duration poll,
    @Setting(
            key = "source-recount",
            defaultValue = "1h",
            description =
                "Pause between two counts of all rows of a source, longer where a count takes more"
                    + " than a twentieth of it; 0ms turns them off.")
        Duration recount,
    @Setting(
            key = "source-max-pending",
            defaultValue = "1073741824",
            min = "1048576",
            unit = "bytes",
            description =
                "Size of a change table in another database beyond which a warning is logged and"
                    + " readiness has a note.")
        long maxPending,
    @Setting(
            key = "source-max-changes",
            defaultValue = "20000000",
            min = "1",
            description =
                "Changes of a source that may wait for a node; beyond them its triggers write none,"
                    + " so that the disk does not fill up, and all rows are counted afterwards.")
        long maxChanges) {
  public static final SourceConfig DEFAULTS = Settings.defaults(SourceConfig.class);
}
