package dev.boardcast.server.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.boardcast.BoardcastOptions;
import dev.boardcast.Boards;
import dev.boardcast.server.Main;
import dev.boardcast.spi.BoardModule;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Adding a setting is one edit: compiles one new declaration of a board in another jar, and finds
 * it in flag, environment, file, help, documentation and schema.
 */
class OneDeclarationTest {
  private static final String DECLARATION =
      """
      package elsewhere;

      import dev.boardcast.spi.*;
      import java.time.Duration;

      @SettingGroup("Weather board")
      record WeatherConfig(
          @Setting(
              key = "weather-window",
              defaultValue = "2h",
              min = "1m",
              description = "How far back rain is counted.")
          Duration window) {}
      """;
  private static final String MODULE =
      """
      package elsewhere;

      import dev.boardcast.spi.*;
      import java.util.List;

      public final class WeatherModule implements BoardModule {
        @Override
        public List<Class<? extends Record>> settings() {
          return List.of(WeatherConfig.class);
        }

        @Override
        public List<Routes> routes(BoardContext context) {
          return List.of();
        }
      }
      """;
  private static final String EXPECTED = "a duration such as 250ms, 5s or 1m, at least 1m";

  private final ClassLoader own = Thread.currentThread().getContextClassLoader();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path directory;

  @BeforeEach
  void compile() throws IOException {
    Path classes = Files.createDirectory(directory.resolve("classes"));
    Path config = Files.writeString(directory.resolve("WeatherConfig.java"), DECLARATION);
    Path module = Files.writeString(directory.resolve("WeatherModule.java"), MODULE);
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                config.toString(),
                module.toString());
    assertEquals(0, failed);
    Path services = Files.createDirectories(classes.resolve("META-INF/services"));
    Files.writeString(services.resolve(BoardModule.class.getName()), "elsewhere.WeatherModule\n");
    Thread.currentThread()
        .setContextClassLoader(new URLClassLoader(new URL[] {classes.toUri().toURL()}, own));
  }

  @AfterEach
  void restore() throws IOException {
    ((URLClassLoader) Thread.currentThread().getContextClassLoader()).close();
    Thread.currentThread().setContextClassLoader(own);
  }

  @Test
  void theFlagTheVariableAndTheFileSetIt() throws IOException {
    String file = file("{\"weather-window\":\"3h\"}");
    assertTrue(show("--config", file).contains("weather-window                    3h  (file "));
    assertTrue(show("--config", file, "--weather-window", "4h").contains(" 4h  (flag --weather-w"));
    var catalog = EffectiveSettings.catalog(Boards.found());
    var settings =
        EffectiveSettings.of(catalog, Map.of(), Map.of("BOARDCAST_WEATHER_WINDOW", "5h"));
    assertEquals("5h", settings.values().get(catalog.find("weather-window").orElseThrow()).text());
    assertTrue(show().contains("weather-window                    2h  (the default)"));
  }

  @Test
  void aBadValueIsRefusedWithKeyValueSourceAndExpectation() throws IOException {
    assertEquals(2, run("config", "show", "--weather-window", "1s"));
    assertEquals(
        "boardcast: weather-window was \"1s\" (flag --weather-window), expected " + EXPECTED,
        err.toString().strip());
    String file = file("{\"weather-window\":\"soon\"}");
    assertEquals(2, run("config", "check", file));
    assertTrue(
        err.toString()
            .contains("weather-window was \"soon\" (file " + file + "), expected " + EXPECTED));
  }

  @Test
  void theHelpThePageAndTheDescriptionListIt() {
    assertEquals(0, run("serve", "--help"));
    assertTrue(out.toString().contains("  Weather board:  --weather-window\n"), out.toString());
    assertEquals(0, run("config", "describe", "weather board"));
    assertTrue(
        out.toString()
            .endsWith(
                """
                weather-window  (--weather-window, BOARDCAST_WEATHER_WINDOW)
                  How far back rain is counted.
                  Default: 2h. Expected: %s.
                """
                    .formatted(EXPECTED)),
        out.toString());
    assertEquals(0, run("config", "describe", "--markdown"));
    assertTrue(
        out.toString()
            .contains(
                "| `--weather-window` | `BOARDCAST_WEATHER_WINDOW` | `2h` |"
                    + " How far back rain is counted. | "
                    + EXPECTED
                    + " |"));
  }

  @Test
  void theSchemaHasIt() throws IOException {
    assertEquals(0, run("config", "schema"));
    var schema = new ObjectMapper().readTree(out.toString());
    assertEquals("2h", schema.at("/properties/weather-window/default").asText());
    assertTrue(
        schema
            .at("/properties/weather-window/description")
            .asText()
            .startsWith("How far back rain is counted."));
  }

  @Test
  void theOptionsOfAnApplicationSetIt() {
    var records = BoardcastOptions.declarations(Boards.found());
    assertTrue(records.stream().anyMatch(each -> each.getSimpleName().equals("WeatherConfig")));
  }

  private String show(String... flags) {
    out.getBuffer().setLength(0);
    var words = new java.util.ArrayList<>(List.of("config", "show"));
    words.addAll(List.of(flags));
    assertEquals(0, run(words.toArray(String[]::new)), err::toString);
    return out.toString();
  }

  private int run(String... words) {
    return Main.commandLine(Clock.systemUTC())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(words);
  }

  private String file(String content) throws IOException {
    return Files.writeString(directory.resolve("settings.json"), content).toString();
  }
}
