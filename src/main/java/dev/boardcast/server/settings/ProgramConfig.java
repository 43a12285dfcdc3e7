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
            description = "Format of log lines on standard error.")
        LogFormat logFormat,
    @Setting(
            key = "log-level",
            defaultValue = "info",
            description = "Least severe level that is logged; libraries log warnings only.")
        LogLevel logLevel) {

  /** Formats of log lines. */
  public enum LogFormat {
    HUMAN,
    JSON
  }

  /** Levels, the most severe first. */
  public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }
}
