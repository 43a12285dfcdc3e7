package dev.boardcast.server;

import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.NodeSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Points every library at logback, and logback at its file. Must run before the first logger. */
public final class Logging {
  // Beside the configuration file, else in the jar.
  private static final String FILE = "logback.xml";
  private static final String RESOURCE = "dev/boardcast/conf/" + FILE;

  private Logging() {}

  /** For a node. */
  static void configure(EffectiveSettings values) {
    Path file = values.directory().resolve(FILE);
    if (Files.exists(file)) fallback("logback.configurationFile", url(file));
    fallback("boardcast.log.format", values.get(NodeSettings.LOG_FORMAT));
    fallback("boardcast.log.level", values.get(NodeSettings.LOG_LEVEL).toUpperCase(Locale.ROOT));
    configure();
  }

  /** For a command without settings. */
  public static void configure() {
    fallback("logback.configurationFile", RESOURCE);
    fallback(
        "vertx.logger-delegate-factory-class-name",
        "io.vertx.core.logging.SLF4JLogDelegateFactory");
    fallback("hazelcast.logging.type", "slf4j");
  }

  /** As URL: a plain path would first be looked for inside the jar. */
  private static String url(Path file) {
    return file.toAbsolutePath().toUri().toString();
  }

  /** What the operator gave to the JVM itself stays. */
  private static void fallback(String property, String value) {
    if (System.getProperty(property) == null) System.setProperty(property, value);
  }
}
