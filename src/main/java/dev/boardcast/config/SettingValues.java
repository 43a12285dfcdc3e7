package dev.boardcast.config;

import dev.boardcast.spi.InvalidSettingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Values of settings as texts with their sources; a setting without one has its default. Makes the
 * records that declare the settings. Immutable.
 */
public final class SettingValues {
  /** No value: every setting has its default. */
  public static final SettingValues DEFAULTS = new SettingValues(Map.of());

  private static final String DEFAULT = "the default";

  /**
   * A value.
   *
   * @param source where it was given, such as {@code flag --http-port}
   */
  public record Value(String text, String source) {}

  private final Map<String, Value> byKey;

  private SettingValues(Map<String, Value> byKey) {
    this.byKey = Map.copyOf(byKey);
  }

  /** These values and one more, which replaces an earlier one, in whichever form that was given. */
  public SettingValues with(String key, String text, String source) {
    var more = new HashMap<>(byKey);
    more.remove(key + SettingDeclaration.FILE_SUFFIX);
    if (key.endsWith(SettingDeclaration.FILE_SUFFIX)) {
      more.remove(key.substring(0, key.length() - SettingDeclaration.FILE_SUFFIX.length()));
    }
    more.put(key, new Value(text, source));
    return new SettingValues(more);
  }

  /**
   * These values with the contents of files in place of their names, for secret settings that were
   * given in their file form. Reads the files, which blocks shortly.
   *
   * @throws InvalidSettingException for a file that cannot be used: see {@link SecretValueFile}
   */
  public SettingValues withSecretFiles(SettingCatalog catalog) {
    SettingValues read = this;
    for (SettingDeclaration setting : catalog.settings()) {
      var form = setting.fileForm().filter(file -> byKey.containsKey(file.key()));
      if (form.isEmpty()) continue;
      Value file = byKey.get(form.get().key());
      if (file.text().isBlank()) continue;
      String text = SecretValueFile.read(form.get().key(), file);
      read = read.with(setting.key(), text, file.source() + ", file " + file.text());
    }
    return read;
  }

  /** The value of a setting, given or by default. */
  public Value get(SettingDeclaration setting) {
    return byKey.getOrDefault(setting.key(), new Value(setting.defaultValue(), DEFAULT));
  }

  /**
   * Makes a record whose components declare settings.
   *
   * @throws InvalidSettingException for a bad value: names key, value, source and expectation
   */
  public <R extends Record> R bind(Class<R> type) {
    var declaration = RecordDeclaration.of(type);
    try {
      return declaration.make(setting -> setting.parse(get(setting).text()));
    } catch (InvalidSettingException refused) {
      throw declaration
          .settings()
          .filter(setting -> setting.key().equals(refused.key()))
          .findFirst()
          .map(setting -> withValue(setting, refused.expected()))
          .orElse(refused);
    }
  }

  /** The given text of a setting; empty where it has its default. */
  public Optional<String> text(String key) {
    return Optional.ofNullable(byKey.get(key)).map(Value::text);
  }

  /**
   * Checks all values.
   *
   * @throws InvalidSettingException the first of the {@link #problems}
   */
  public void check(SettingCatalog catalog) {
    problems(catalog).stream()
        .findFirst()
        .ifPresent(
            problem -> {
              throw problem;
            });
  }

  /** The values that cannot be used: unknown keys, bad values, records that refuse theirs. */
  public List<InvalidSettingException> problems(SettingCatalog catalog) {
    var problems = new ArrayList<InvalidSettingException>();
    new TreeMap<>(byKey)
        .forEach(
            (key, value) -> {
              if (catalog.find(key).isEmpty()) problems.add(unknown(catalog, key, value));
            });
    for (var record : catalog.records()) {
      var bad = badValues(record);
      problems.addAll(bad);
      if (!bad.isEmpty()) continue;
      try {
        bind(record);
      } catch (InvalidSettingException refused) {
        problems.add(refused);
      }
    }
    return problems;
  }

  /** The refusal of a key that the catalog does not have, with the one that may be meant. */
  public static InvalidSettingException unknown(SettingCatalog catalog, String key, Value value) {
    String guess = catalog.nearest(key).map(known -> "; did you mean " + known + "?").orElse("");
    return new InvalidSettingException(
        key,
        ShownText.ofUnknown(key, value.text()),
        value.source(),
        "one of the known settings" + guess);
  }

  private List<InvalidSettingException> badValues(Class<? extends Record> record) {
    var bad = new ArrayList<InvalidSettingException>();
    RecordDeclaration.of(record)
        .settings()
        .forEach(
            setting -> {
              try {
                setting.parse(get(setting).text());
              } catch (InvalidSettingException refused) {
                bad.add(withValue(setting, refused.expected()));
              }
            });
    return bad;
  }

  private InvalidSettingException withValue(SettingDeclaration setting, String expected) {
    Value value = get(setting);
    return new InvalidSettingException(
        setting.key(), setting.shown(value.text()), value.source(), expected);
  }
}
