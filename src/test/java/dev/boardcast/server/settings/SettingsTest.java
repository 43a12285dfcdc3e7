package dev.boardcast.server.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.config.SettingDeclaration;
import dev.boardcast.server.Main;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
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
    for (var setting : Settings.CATALOG.settings()) {
      for (String command : List.of("serve", "token")) {
        var spec = line.getSubcommands().get(command).getCommandSpec();
        assertTrue(spec.optionsMap().containsKey(setting.flag()), setting.flag());
      }
      assertTrue(line.getCommandSpec().optionsMap().containsKey(setting.flag()), setting.flag());
    }
  }

  private static void holds(Path file, String expected) throws IOException {
    if (Boolean.getBoolean("boardcast.update")) Files.writeString(file, expected);
    assertEquals(expected, Files.readString(file), file + " (-Dboardcast.update=true writes it)");
  }

  private static String json() throws IOException {
    ObjectNode object = Json.MAPPER.createObjectNode();
    for (var setting : Settings.CATALOG.settings()) {
      if (setting.key().equals("config")) continue;
      if (setting.defaultValue().matches("\\d+")) {
        object.put(setting.key(), Integer.parseInt(setting.defaultValue()));
      } else {
        object.put(setting.key(), setting.defaultValue());
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
        + Settings.CATALOG.settings().stream().map(SettingsTest::row).collect(Collectors.joining());
  }

  private static String row(SettingDeclaration setting) {
    String initial = setting.defaultValue().isEmpty() ? "" : "`" + setting.defaultValue() + "`";
    return "| `%s` | `%s` | %s | %s | %s |\n"
        .formatted(
            setting.flag(),
            setting.variable(),
            initial,
            setting.description(),
            setting.expected().replace("|", "\\|").replace("<", "&lt;"));
  }
}
