package dev.boardcast.config;

import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One declared setting: its names, its texts, and how its values are read. Immutable. */
public final class SettingDeclaration {
  /** What the names of all environment variables start with. */
  public static final String PREFIX = "BOARDCAST_";

  /** What the key of a secret setting's file form ends with. */
  static final String FILE_SUFFIX = "-file";

  private static final int MAX_JSON = 100;
  private static final String KEBAB_CASE = "[a-z][a-z0-9]*(-[a-z0-9]+)*";

  private final String key;
  private final String description;
  private final String defaultValue;
  private final String expected;
  private final boolean isSecret;
  private final boolean isAddress;
  private final boolean isJson;
  private final String group;
  private final SettingType type;

  /**
   * @throws IllegalArgumentException for a declaration that breaks a rule of {@link Setting}; names
   *     the component and the rule
   */
  SettingDeclaration(RecordComponent component, Setting declared, String group) {
    this.group = group;
    key = declared.key();
    description = declared.description();
    defaultValue = declared.defaultValue();
    isSecret = declared.secret();
    isAddress = declared.address();
    isJson = declared.json();
    String where = component.getDeclaringRecord().getName() + "." + component.getName();
    require(declared.key().matches(KEBAB_CASE), where, "the key must be in kebab case");
    require(declared.description().endsWith("."), where, "the description must be a sentence");
    try {
      type = SettingType.of(component.getGenericType(), declared);
    } catch (IllegalArgumentException bad) {
      throw new IllegalArgumentException(where + ": " + bad.getMessage(), bad);
    }
    expected = expected(declared, type);
    try {
      type.parser().apply(defaultValue);
    } catch (IllegalArgumentException bad) {
      throw new IllegalArgumentException(
          where + ": the default must be " + expected() + ", was " + defaultValue(), bad);
    }
  }

  /** The file form of a secret setting: names the file that holds its value. */
  private SettingDeclaration(SettingDeclaration secret) {
    key = secret.key + FILE_SUFFIX;
    description = "File with the value of %s, in place of the value itself.".formatted(secret.key);
    defaultValue = "";
    expected = "a file that only its owner can change, or nothing";
    isSecret = false;
    isAddress = false;
    isJson = false;
    group = secret.group;
    type = SettingType.FILE;
  }

  public String key() {
    return key;
  }

  /**
   * The setting that names a file with this one's value, for a secret one: what is on a command
   * line or in the environment can be read by others.
   */
  public Optional<SettingDeclaration> fileForm() {
    return isSecret ? Optional.of(new SettingDeclaration(this)) : Optional.empty();
  }

  /** The option of the command line, with its dashes. */
  public String flag() {
    return "--" + key();
  }

  /** The name of the environment variable. */
  public String variable() {
    return PREFIX + key().toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** The heading under which it is listed. */
  public String group() {
    return group;
  }

  /** As an operator writes it. */
  public String defaultValue() {
    return defaultValue;
  }

  public String description() {
    return description;
  }

  /** What a value looks like, with its bounds, to end the sentence "expected …". */
  public String expected() {
    return expected;
  }

  /** Whether it is on or off, so that its flag needs no value. */
  public boolean isSwitch() {
    return type.parser().apply(defaultValue()) instanceof Boolean;
  }

  /** Whether the configuration file holds its value as an array or an object. */
  public boolean isJson() {
    return isJson;
  }

  /** The part of a value that may be shown. */
  public String shown(String text) {
    if (text.isEmpty() || text.equals(defaultValue)) return text;
    if (isSecret && !isAddress) return ShownText.HIDDEN;
    if (isJson && text.length() > MAX_JSON) return text.substring(0, MAX_JSON) + "…";
    return isAddress ? ShownText.ofAddress(text) : ShownText.of(text);
  }

  /** Whether a value holds what others must not see: any secret, and an address with a login. */
  public boolean isDelicate(String text) {
    return isSecret && !shown(text).equals(text);
  }

  /**
   * Reads a value.
   *
   * @throws InvalidSettingException for a bad one; has no value and no source
   */
  public Object parse(String text) {
    try {
      return type.parser().apply(text);
    } catch (IllegalArgumentException bad) {
      // The value's own parser may know better what is wrong.
      throw bad.getCause() instanceof InvalidSettingException precise
          ? new InvalidSettingException(key(), precise.expected())
          : new InvalidSettingException(key(), expected());
    }
  }

  /** The JSON Schema of its value in the configuration file. */
  public Map<String, Object> jsonSchema() {
    var schema = new TreeMap<>(type.schema());
    schema.put("description", description() + " Expected: " + expected() + ".");
    boolean isNumber = "integer".equals(schema.get("type"));
    schema.put("default", isNumber ? (Object) Long.valueOf(defaultValue()) : defaultValue());
    return schema;
  }

  private static String expected(Setting declared, SettingType type) {
    String noun = declared.expected().isEmpty() ? type.expected() : declared.expected();
    if (declared.min().isEmpty() && declared.max().isEmpty()) return noun;
    if (declared.max().isEmpty()) return noun + ", at least " + declared.min();
    if (declared.min().isEmpty()) return noun + ", at most " + declared.max();
    return noun + ", " + declared.min() + " to " + declared.max();
  }

  private static void require(boolean isKept, String where, String rule) {
    if (!isKept) throw new IllegalArgumentException(where + ": " + rule);
  }
}
