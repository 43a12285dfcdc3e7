package dev.boardcast.server.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What the operator decided: a flag wins, then the environment, then the file, then the default.
 * Immutable.
 */
public final class EffectiveSettings {
  private static final Pattern REFUSAL =
      Pattern.compile("([a-z][a-z0-9-]+) must (?:be )?(.*?)(?:, was [^,]*)?", Pattern.DOTALL);

  /** A value and where it comes from, in words. */
  private record Value(String text, String origin) {}

  private final Map<String, Value> values = new HashMap<>();
  private final Path directory;

  private EffectiveSettings(Path directory) {
    this.directory = directory;
  }

  /**
   * @param flags by name of the setting
   * @param environment the whole environment of the process
   * @throws InvalidSettingException for an unknown key or variable, or a file that cannot be read
   */
  public static EffectiveSettings of(Map<String, String> flags, Map<String, String> environment) {
    Map<String, String> variables = EnvironmentVariables.settings(environment);
    String named =
        flags.getOrDefault(NodeSettings.CONFIG.name(), variables.get(NodeSettings.CONFIG.name()));
    Path file = Path.of(named == null ? NodeSettings.CONFIG.initial() : named);
    Path parent = file.getParent();
    var values = new EffectiveSettings(parent == null ? Path.of("") : parent);
    for (Setting<?> setting : Settings.ALL) {
      values.put(setting.name(), setting.initial(), "the default");
    }
    if (named != null || Files.exists(file)) {
      ConfigFile.read(file).forEach((name, text) -> values.put(name, text, "file " + file));
    }
    variables.forEach(
        (name, text) ->
            values.put(name, text, "environment " + Settings.named(name).get().variable()));
    flags.forEach((name, text) -> values.put(name, text, "flag --" + name));
    Settings.ALL.forEach(values::get);
    return values;
  }

  /** The setting's value; throws {@link InvalidSettingException} when it cannot be read. */
  public <T> T get(Setting<T> setting) {
    Value value = values.get(setting.name());
    try {
      return setting.parser().apply(value.text());
    } catch (IllegalArgumentException bad) {
      throw refuse(setting, value, setting.expected());
    }
  }

  /** Where the configuration file is, or would be. */
  public Path directory() {
    return directory;
  }

  /** Makes a record that checks itself; its refusal becomes one that says where the value was. */
  <R> R build(Supplier<R> config) {
    try {
      return config.get();
    } catch (IllegalArgumentException refusal) {
      String message = String.valueOf(refusal.getMessage());
      var words = REFUSAL.matcher(message);
      var setting =
          words.matches() ? Settings.named(words.group(1)) : java.util.Optional.<Setting<?>>empty();
      if (setting.isEmpty()) throw InvalidSettingException.of(message);
      throw refuse(setting.get(), values.get(setting.get().name()), words.group(2));
    }
  }

  private void put(String name, String text, String origin) {
    values.put(name, new Value(text, origin));
  }

  private static InvalidSettingException refuse(Setting<?> setting, Value value, String expected) {
    return InvalidSettingException.value(
        setting.name(), setting.mask().apply(value.text()), value.origin(), expected);
  }
}
