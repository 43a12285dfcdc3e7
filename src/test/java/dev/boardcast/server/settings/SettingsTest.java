package dev.boardcast.server.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.boardcast.Boards;
import dev.boardcast.config.SettingCatalog;
import dev.boardcast.server.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** With {@code -Dboardcast.update=true} it writes the generated files that it checks. */
class SettingsTest {
  private static final Path FILE = Path.of("conf/boardcast.json");
  private static final Path SCHEMA = Path.of("conf/boardcast.schema.json");
  private static final Path PAGE = Path.of("src/docs/SETTINGS.md");

  private final SettingCatalog catalog = EffectiveSettings.catalog(Boards.BUILT_IN);
  private final ObjectMapper json = new ObjectMapper();

  @Test
  void theCommittedSchemaIsGenerated() throws IOException {
    assertGenerated(SCHEMA, SettingSchema.of(catalog));
  }

  @Test
  void thePageOfSettingsIsGenerated() throws IOException {
    assertGenerated(PAGE, SettingTexts.page(catalog));
  }

  @Test
  void theCommittedFileFitsTheSchemaAndNamesIt() throws IOException {
    var file = json.readTree(Files.readAllBytes(FILE));
    assertEquals(List.of(), schema().validate(file));
    assertEquals(SCHEMA.getFileName().toString(), file.get(ConfigFile.SCHEMA).asText());
    assertEquals(List.of(), ConfigFile.problems(catalog, FILE));
  }

  @Test
  void everyDefaultFitsTheSchema() throws IOException {
    for (var setting : catalog.settings()) {
      if (setting.key().equals(ConfigFile.KEY)) continue;
      var initial = json.valueToTree(setting.jsonSchema().get("default"));
      var file = json.createObjectNode().set(setting.key(), initial);
      assertEquals(List.of(), schema().validate(file), setting.key());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"http-port\":70000}",
        "{\"http-port\":\"x\"}",
        "{\"htp-port\":1}",
        "{\"demo\":\"maybe\"}",
        "{\"roles\":[\"cook\"]}",
        "{\"gateway-drain\":\"soon\"}",
        "{\"platform-currency\":\"usd\"}",
        "{\"log-level\":\"loud\"}",
        "{\"config\":\"a.json\"}",
        "{\"pg\":\"mysql://db\"}",
      })
  void whatTheSchemaRefusesTheProgramRefusesToo(String content) throws IOException {
    assertFalse(schema().validate(json.readTree(content)).isEmpty(), "by the schema");
    Path file = Files.writeString(Files.createTempFile("settings", ".json"), content);
    assertFalse(ConfigFile.problems(catalog, file).isEmpty(), "by the program");
    Files.delete(file);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"roles\":[\"api\",\"gateway\"],\"demo\":true,\"http-port\":0}",
        "{\"roles\":\"api,gateway\",\"demo\":\"on\",\"jwt-issuer\":\"\"}",
        "{\"cluster-members\":[\"a:1\",\"b:2\"],\"gateway-path-limits\":\"/ws=5\"}",
      })
  void whatTheProgramAcceptsFitsTheSchema(String content) throws IOException {
    assertEquals(List.of(), schema().validate(json.readTree(content)));
    Path file = Files.writeString(Files.createTempFile("settings", ".json"), content);
    assertEquals(List.of(), ConfigFile.problems(catalog, file));
    Files.delete(file);
  }

  @Test
  void everySettingIsAFlagOfEveryCommandThatReadsSettings() {
    CommandLine line = Main.commandLine(Clock.systemUTC());
    for (var setting : catalog.settings()) {
      for (String command : List.of("serve", "token", "recompute")) {
        var spec = line.getSubcommands().get(command).getCommandSpec();
        assertTrue(spec.optionsMap().containsKey(setting.flag()), setting.flag());
      }
      assertTrue(line.getCommandSpec().optionsMap().containsKey(setting.flag()), setting.flag());
    }
  }

  private Schema schema() throws IOException {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
        .getSchema(json.readTree(SettingSchema.of(catalog)));
  }

  private static void assertGenerated(Path file, String expected) throws IOException {
    if (Boolean.getBoolean("boardcast.update")) Files.writeString(file, expected);
    assertEquals(expected, Files.readString(file), file + " (-Dboardcast.update=true writes it)");
  }
}
