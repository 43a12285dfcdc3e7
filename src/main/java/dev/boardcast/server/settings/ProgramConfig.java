package dev.boardcast.server.settings;

import dev.boardcast.server.NativeTransports;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.nio.file.Path;

/** What only the program has, beside the node that it starts. */
@SettingGroup("Program")
public record ProgramConfig(
    @Setting(
            key = "config",
            defaultValue = "conf/boardcast.json",
            expected = "a file with one JSON object",
            description =
                "Configuration file; read if it exists, required to exist if it is named.")
        Path config,
    @Setting(
            key = "data-dir",
            defaultValue = "data",
            expected = "a directory",
            description = "Directory of the embedded servers and of the generated key.")
        Path dataDir,
    @Setting(
            key = "boards-dir",
            defaultValue = "conf/boards",
            expected = "a directory",
            description = "Directory of board files (.yaml, .yml, .json); need not exist.")
        Path boardsDir,
    @Setting(
            key = "cluster",
            defaultValue = "on",
            description = "Whether the node joins other nodes; off for a single node.")
        boolean cluster,
    @Setting(
            key = "transport",
            defaultValue = "auto",
            description = "Transport of sockets; auto is the native one where there is one.")
        NativeTransports transport,
    @Setting(
            key = "demo",
            defaultValue = "off",
            description = "Generates made-up traffic on every board.")
        boolean demo,
    @Setting(
            key = "log-format",
            defaultValue = "human",
            pattern = "human|json",
            expected = "human or json",
            description = "Format of log lines on standard error.")
        String logFormat,
    @Setting(
            key = "log-level",
            defaultValue = "info",
            pattern = "error|warn|info|debug|trace",
            expected = "error, warn, info, debug or trace",
            description = "Least severe level that is logged; libraries log warnings only.")
        String logLevel) {}
