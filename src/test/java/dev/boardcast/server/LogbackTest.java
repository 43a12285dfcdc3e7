package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.status.Status;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LogbackTest {
  @Test
  void linesAreTextByDefault() throws Exception {
    LoggerContext context = context(null);
    String line = encode(context, "a \"word\"\nof two lines");
    assertTrue(line.contains("INFO  dev.boardcast.Here"), line);
    assertEquals(Level.INFO, context.getLogger("root").getLevel());
  }

  @Test
  void linesAreJsonIfConfigured() throws Exception {
    String line = encode(context("json"), "a \"word\"\nof two lines");
    JsonNode json = new ObjectMapper().readTree(line);
    assertEquals("a \"word\"\nof two lines", json.path("formattedMessage").asText());
    assertEquals("INFO", json.path("level").asText());
    assertTrue(json.path("timestamp").asLong() > 0);
    assertEquals(line.strip().indexOf('\n'), -1, "one line");
  }

  @Test
  void librariesLogOnlyWarnings() throws Exception {
    LoggerContext context = context(null);
    assertEquals(Level.WARN, context.getLogger("com.hazelcast.any").getEffectiveLevel());
    assertEquals(Level.WARN, context.getLogger("io.vertx.core.any").getEffectiveLevel());
    assertNull(context.getLogger("dev.boardcast").getLevel());
  }

  private static LoggerContext context(String format) throws Exception {
    var context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    if (format != null) context.putProperty("boardcast.log.format", format);
    var configurator = new JoranConfigurator();
    configurator.setContext(context);
    // From the class path, as inside the jar.
    configurator.doConfigure(LogbackTest.class.getResource("/dev/boardcast/conf/logback.xml"));
    for (Status status : context.getStatusManager().getCopyOfStatusList()) {
      assertTrue(status.getLevel() < Status.WARN, status::toString);
    }
    return context;
  }

  private static String encode(LoggerContext context, String message) {
    var root = context.getLogger("root");
    var appender = (OutputStreamAppender<ILoggingEvent>) root.iteratorForAppenders().next();
    var logger = context.getLogger("dev.boardcast.Here");
    var event = new LoggingEvent("here", logger, Level.INFO, message, null, null);
    return new String(appender.getEncoder().encode(event), StandardCharsets.UTF_8);
  }
}
