package dev.boardcast.server;

import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.ProgramConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Configures logging by system properties: every library logs through SLF4J to logback. Must run
 * before the first logger is created; properties that are already set remain.
 */
final class Logging {
  // Beside the configuration file, else in the jar.
  private static final String FILE = "logback.xml";
  private static final String RESOURCE = "dev/boardcast/conf/" + FILE;

  private Logging() {}

  /** For a command with settings. */
  static void configure(EffectiveSettings settings) {
    Path file = settings.directory().resolve(FILE);
    // As URL: logback looks for a plain path on the class path first.
    if (Files.exists(file)) {
      setDefault("logback.configurationFile", file.toAbsolutePath().toUri().toString());
    }
    var program = settings.bind(ProgramConfig.class);
    setDefault("boardcast.log.format", program.logFormat().name().toLowerCase(Locale.ROOT));
    setDefault("boardcast.log.level", program.logLevel().name());
    configure();
  }

  /** For a command without settings. */
  static void configure() {
    setDefault("logback.configurationFile", RESOURCE);
    setDefault(
        "vertx.logger-delegate-factory-class-name",
        "io.vertx.core.logging.SLF4JLogDelegateFactory");
    setDefault("hazelcast.logging.type", "slf4j");
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) System.setProperty(property, value);
  }
}
