package dev.boardcast.server.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.boards.analysis.AnalysisConfig;
import dev.boardcast.boards.pipeline.PipelineConfig;
import dev.boardcast.boards.platform.PlatformConfig;
import dev.boardcast.events.EmitterConfig;
import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.metrics.MetricsConfig;
import dev.boardcast.metrics.audit.AuditConfig;
import dev.boardcast.metrics.history.HistoryConfig;
import dev.boardcast.server.Main;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** With {@code -Dboardcast.update=true} it writes the files it checks. */
class SettingsTest {
  private static final Path FILE = Path.of("conf/boardcast.json");
  private static final Path DOCS = Path.of("src/docs/SETTINGS.md");

  @Test
  void theCommittedFileHoldsEveryKeyWithItsDefault() throws IOException {
    holds(FILE, json());
  }

  @Test
  void theDocsHoldEverySetting() throws IOException {
    holds(DOCS, markdown());
  }

  @Test
  void everySettingIsAFlagOfServeAndToken() {
    CommandLine line = Main.commandLine(Clock.systemUTC());
    for (Setting<?> setting : Settings.ALL) {
      for (String command : List.of("serve", "token")) {
        var spec = line.getSubcommands().get(command).getCommandSpec();
        assertTrue(spec.optionsMap().containsKey(setting.flag()), setting.flag());
      }
      assertTrue(line.getCommandSpec().optionsMap().containsKey(setting.flag()), setting.flag());
    }
  }

  @Test
  void everyKnobOfTheRoomsIsASettingWithItsDefault() throws ReflectiveOperationException {
    var rooms =
        Map.of(
            "http", HttpConfig.DEFAULTS,
            "emitter", EmitterConfig.DEFAULTS,
            "metrics", MetricsConfig.DEFAULTS,
            "history", HistoryConfig.DEFAULTS,
            "audit", AuditConfig.DEFAULTS,
            "gateway", GatewayConfig.DEFAULTS,
            "analysis", AnalysisConfig.DEFAULTS,
            "platform", PlatformConfig.DEFAULTS,
            "pipeline", PipelineConfig.DEFAULTS);
    for (var room : rooms.entrySet()) {
      for (RecordComponent knob : room.getValue().getClass().getRecordComponents()) {
        if (knob.getType().isRecord()) continue;
        String name = room.getKey() + "-" + kebab(knob.getName());
        var setting = Settings.named(name);
        assertTrue(setting.isPresent(), "no setting " + name);
        Object initial = setting.get().parser().apply(setting.get().initial());
        assertEquals(knob.getAccessor().invoke(room.getValue()), initial, name);
      }
    }
  }

  @Test
  void namesAreUniqueAndInKebabCase() {
    var names = Settings.ALL.stream().map(Setting::name).toList();
    assertEquals(names.size(), new HashSet<>(names).size());
    names.forEach(name -> assertTrue(name.matches("[a-z]+(-[a-z]+)*"), name));
  }

  @Test
  void aDurationReadsAsItIsWritten() {
    for (String text : List.of("0ms", "1ms", "250ms", "1500ms", "5s", "90s", "1m", "5m", "1h")) {
      assertEquals(text, SettingParsers.text(SettingParsers.duration(text)));
    }
    assertEquals(Duration.ofDays(30), SettingParsers.duration("30d"));
  }

  private static void holds(Path file, String expected) throws IOException {
    if (Boolean.getBoolean("boardcast.update")) Files.writeString(file, expected);
    assertEquals(expected, Files.readString(file), file + " (-Dboardcast.update=true writes it)");
  }

  private static String json() throws IOException {
    ObjectNode object = Json.MAPPER.createObjectNode();
    for (Setting<?> setting : Settings.ALL) {
      if (setting == NodeSettings.CONFIG) continue;
      if (setting.initial().matches("\\d+")) {
        object.put(setting.name(), Integer.parseInt(setting.initial()));
      } else {
        object.put(setting.name(), setting.initial());
      }
    }
    var writer = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    return writer.writeValueAsString(object) + "\n";
  }

  private static String markdown() {
    return """
        # Settings

        Each setting is a flag, an environment variable, and a key of `conf/boardcast.json` (named as
        the flag, without the dashes). A flag wins, then the environment, then the file, then the
        default. `--config` or `BOARDCAST_CONFIG` names another file; `hazelcast.xml` and
        `logback.xml` beside it are used too. An unknown key or a bad value ends the start with exit
        code 2 and one line that says which, what it was, where it came from, and what was expected.

        | flag | environment | default | what it decides | a value is |
        |---|---|---|---|---|
        """
        + Settings.ALL.stream().map(SettingsTest::row).collect(Collectors.joining());
  }

  private static String row(Setting<?> setting) {
    String initial = setting.initial().isEmpty() ? "" : "`" + setting.initial() + "`";
    return "| `%s` | `%s` | %s | %s | %s |\n"
        .formatted(
            setting.flag(),
            setting.variable(),
            initial,
            setting.description(),
            setting.expected().replace("|", "\\|").replace("<", "&lt;"));
  }

  private static String kebab(String camel) {
    return camel.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
  }
}
