package dev.boardcast.server.settings;

import dev.boardcast.config.SettingDeclaration;
import dev.boardcast.config.SettingValues;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The settings in force: a flag wins, then the environment, then the file, then the default.
 * Immutable.
 */
public final class EffectiveSettings {
  private final SettingValues values;
  private final Path directory;

  private EffectiveSettings(SettingValues values, Path directory) {
    this.values = values;
    this.directory = directory;
  }

  /**
   * @param flags by key of the setting
   * @param environment the whole environment of the process
   * @throws InvalidSettingException for an unknown key or variable, a bad value, or a file that
   *     cannot be read
   */
  public static EffectiveSettings of(Map<String, String> flags, Map<String, String> environment) {
    Map<String, String> variables = EnvironmentVariables.settings(environment);
    String named = flags.getOrDefault("config", variables.get("config"));
    Path file = Path.of(named == null ? Settings.get("config").defaultValue() : named);
    var values = SettingValues.DEFAULTS;
    if (named != null || Files.exists(file)) {
      for (var each : ConfigFile.read(file).entrySet()) {
        values = values.with(each.getKey(), each.getValue(), "file " + file);
      }
    }
    for (var each : variables.entrySet()) {
      String variable = Settings.get(each.getKey()).variable();
      values = values.with(each.getKey(), each.getValue(), "environment " + variable);
    }
    for (var each : flags.entrySet()) {
      values = values.with(each.getKey(), each.getValue(), "flag --" + each.getKey());
    }
    values.problems(Settings.CATALOG).stream()
        .findFirst()
        .ifPresent(
            problem -> {
              throw InvalidSettingException.of(problem.getMessage());
            });
    Path parent = file.getParent();
    return new EffectiveSettings(values, parent == null ? Path.of("") : parent);
  }

  /** The setting's value. */
  public <T> T get(Setting<T> setting) {
    SettingDeclaration declared = Settings.get(setting.name());
    return setting.type().apply(declared.parse(values.get(declared).text()));
  }

  /** Makes a record whose components declare settings. */
  public <R extends Record> R bind(Class<R> type) {
    try {
      return values.bind(type);
    } catch (dev.boardcast.spi.InvalidSettingException bad) {
      throw InvalidSettingException.of(bad.getMessage());
    }
  }

  /** The directory in which the configuration file is, or would be. */
  public Path directory() {
    return directory;
  }

  EffectiveSettings with(String key, String text, String source) {
    return new EffectiveSettings(values.with(key, text, source), directory);
  }
}
