package dev.boardcast.server.settings;

import dev.boardcast.BoardcastOptions;
import dev.boardcast.Boards;
import dev.boardcast.config.SettingCatalog;
import dev.boardcast.config.SettingDeclaration;
import dev.boardcast.config.SettingValues;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.InvalidSettingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings in force: a flag wins, then the environment, then the file, then the default. All of
 * them are checked. Immutable.
 */
public final class EffectiveSettings {
  private final SettingCatalog catalog;
  private final SettingValues values;
  private final Path file;

  private EffectiveSettings(SettingCatalog catalog, SettingValues values, Path file) {
    this.catalog = catalog;
    this.values = values;
    this.file = file;
  }

  /** The settings of the program: its own, those of a node, and those of boards. */
  public static SettingCatalog catalog(List<BoardModule> boards) {
    var records = new ArrayList<Class<? extends Record>>(List.of(ProgramConfig.class));
    records.addAll(BoardcastOptions.declarations(boards));
    return new SettingCatalog(records);
  }

  /**
   * Reads and checks the settings.
   *
   * @param flags by key of the setting
   * @param environment the whole environment of the process
   * @throws InvalidSettingException for an unknown key or variable, a bad value, or a file that
   *     cannot be read
   */
  public static EffectiveSettings of(
      SettingCatalog catalog, Map<String, String> flags, Map<String, String> environment) {
    Map<String, String> variables = EnvironmentVariables.settings(catalog, environment);
    requireOneForm(catalog, flags, "flag --");
    requireOneForm(catalog, variables, "environment, as ");
    String named = flags.getOrDefault(ConfigFile.KEY, variables.get(ConfigFile.KEY));
    Path file = Path.of(named == null ? declared(catalog, ConfigFile.KEY).defaultValue() : named);
    var values = SettingValues.DEFAULTS;
    if (named != null || Files.exists(file)) values = ofFile(catalog, file);
    for (var each : variables.entrySet()) {
      String variable = declared(catalog, each.getKey()).variable();
      values = values.with(each.getKey(), each.getValue(), "environment " + variable);
    }
    for (var each : flags.entrySet()) {
      values = values.with(each.getKey(), each.getValue(), "flag --" + each.getKey());
    }
    values = values.withSecretFiles(catalog);
    values.check(catalog);
    return new EffectiveSettings(catalog, values, file);
  }

  /** The value of one setting. */
  public <T> T get(String key, Class<T> type) {
    var declared = declared(catalog, key);
    return type.cast(declared.parse(values.get(declared).text()));
  }

  /** Makes a record whose components declare settings. */
  public <R extends Record> R bind(Class<R> type) {
    return values.bind(type);
  }

  /** The given text of a setting; empty where it has its default. */
  public Optional<String> text(String key) {
    return values.text(key);
  }

  /** Whether the setting was given, rather than left at its default. */
  public boolean isGiven(String key) {
    return values.text(key).isPresent();
  }

  /**
   * Warnings about secrets that were given on the command line, where every user of the machine can
   * read them; without the secrets.
   */
  public List<String> warnings() {
    return catalog.settings().stream()
        .filter(
            setting -> {
              var value = values.get(setting);
              return setting.isDelicate(value.text())
                  && value.source().equals("flag " + setting.flag());
            })
        .map(
            setting ->
                "%s on the command line is visible to every user of this machine, in the list of"
                        .formatted(setting.flag())
                    + " processes; give it by %s or in the environment, as %s"
                        .formatted(setting.fileForm().orElseThrow().flag(), setting.variable()))
        .toList();
  }

  /** The options of the node. */
  public BoardcastOptions options() {
    var ofNode = new SettingCatalog(BoardcastOptions.declarations(Boards.found()));
    var options = BoardcastOptions.defaults();
    for (SettingDeclaration setting : ofNode.settings()) {
      var given = values.text(setting.key());
      if (given.isPresent()) options = options.set(setting.key(), given.get());
    }
    return options;
  }

  /** These settings and one more, which replaces an earlier one. */
  public EffectiveSettings with(String key, String text, String source) {
    return new EffectiveSettings(catalog, values.with(key, text, source), file);
  }

  /** The directory in which the configuration file is, or would be. */
  public Path directory() {
    Path parent = file.getParent();
    return parent == null ? Path.of("") : parent;
  }

  /**
   * The value that the configuration file has for a setting now; the default if it has none. Empty
   * where a flag or the environment has one, which wins, and without a file. Blocks.
   *
   * @throws InvalidSettingException when the file cannot be read, or the value is bad
   */
  public <T> Optional<T> reread(String key, Class<T> type) {
    var declared = declared(catalog, key);
    String source = values.get(declared).source();
    boolean isOfFile = values.text(key).isEmpty() || source.startsWith("file ");
    if (!isOfFile || !Files.exists(file)) return Optional.empty();
    String text = ofFile(catalog, file).text(key).orElse(declared.defaultValue());
    return Optional.of(type.cast(declared.parse(text)));
  }

  SettingCatalog catalog() {
    return catalog;
  }

  SettingValues values() {
    return values;
  }

  private static SettingValues ofFile(SettingCatalog catalog, Path file) {
    var content = ConfigFile.read(catalog, file);
    if (!content.problems().isEmpty()) throw content.problems().get(0);
    return content.values();
  }

  /** A secret that is given twice at one place may be the wrong one of the two. */
  private static void requireOneForm(
      SettingCatalog catalog, Map<String, String> given, String source) {
    for (SettingDeclaration setting : catalog.settings()) {
      var form = setting.fileForm().map(SettingDeclaration::key).filter(given::containsKey);
      if (form.isPresent() && given.containsKey(setting.key())) {
        throw new InvalidSettingException(
            form.get(),
            given.get(form.get()),
            source + form.get(),
            "nothing where " + setting.key() + " is given at the same place");
      }
    }
  }

  private static SettingDeclaration declared(SettingCatalog catalog, String key) {
    return catalog.find(key).orElseThrow();
  }
}
