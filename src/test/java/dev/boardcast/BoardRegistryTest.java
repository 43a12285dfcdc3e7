package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.boardcast.config.SettingValues;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Validation and defaults of boards that come from several jars. */
class BoardRegistryTest {
  record Limits(
      @Setting(key = "deploys-limit", defaultValue = "7", description = "A limit.") int limit) {}

  private record Module(String folder) implements BoardModule {
    @Override
    public List<Routes> routes(BoardContext context) {
      return List.of();
    }

    @Override
    public List<Class<? extends Record>> settings() {
      return List.of(Limits.class);
    }

    @Override
    public Optional<String> migrations() {
      return Optional.of(folder);
    }
  }

  @Test
  void aBoardWithoutConfigurationHasItsDefaults() {
    assertEquals(7, registry(SettingValues.DEFAULTS, "db/a").config(Limits.class).limit());
    var configured = SettingValues.DEFAULTS.with("deploys-limit", "9", "a test");
    assertEquals(9, registry(configured, "db/a").config(Limits.class).limit());
  }

  @Test
  void migrationsOfTwoBoardsMustNotShareAHistory() {
    var registry = registry(SettingValues.DEFAULTS, "com/one/migrations", "com/two/migrations");
    var failure = assertThrows(IllegalArgumentException.class, registry::migrations);
    assertEquals(
        "two boards have migrations in folders of one name:"
            + " com/one/migrations, com/two/migrations",
        failure.getMessage());
    assertEquals(
        List.of("db/a", "db/b"), registry(SettingValues.DEFAULTS, "db/a", "db/b").migrations());
  }

  @Test
  void theBuiltInBoardsAreThoseOfTheServicesFile() {
    assertEquals(
        List.of(
            "TasksModule", "RoutingModule", "AnalysisModule", "PlatformModule", "PipelineModule"),
        Boards.BUILT_IN.stream().map(module -> module.getClass().getSimpleName()).toList());
    assertEquals(Boards.BUILT_IN.size(), Boards.found().size());
  }

  private static BoardRegistry registry(SettingValues values, String... folders) {
    List<BoardModule> modules = Arrays.stream(folders).<BoardModule>map(Module::new).toList();
    return new BoardRegistry(modules, values.bind(VisibilityConfig.class), values, true);
  }
}
