package dev.boardcast.server.settings;

import dev.boardcast.config.SettingCatalog;
import dev.boardcast.config.SettingDeclaration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Describes settings for people: in the help, one by one, and as the settings page. */
final class SettingTexts {
  private static final int WIDTH = 100;
  private static final int INDENT = 18;

  private SettingTexts() {}

  /** The flags of all settings by group; for the help of a command. */
  static String overview(SettingCatalog catalog) {
    var text = new StringBuilder();
    text.append("\nSettings (also variables and keys of a file; config describe explains them):\n");
    groups(catalog)
        .forEach(
            (group, settings) -> {
              var line = new StringBuilder("  " + group + ":");
              for (SettingDeclaration setting : settings) {
                if (line.length() + setting.flag().length() + 1 > WIDTH) {
                  text.append(line).append('\n');
                  line.setLength(0);
                }
                while (line.length() < INDENT - 1) line.append(' ');
                line.append(' ').append(setting.flag());
              }
              text.append(line).append('\n');
            });
    return text.toString();
  }

  /** One setting in full. */
  static String description(SettingDeclaration setting) {
    return """
        %s  (%s, %s)
          %s
          Default: %s. Expected: %s.
        """
        .formatted(
            setting.key(),
            setting.flag(),
            setting.variable(),
            setting.description(),
            setting.defaultValue().isEmpty() ? "none" : setting.defaultValue(),
            setting.expected());
  }

  /** The settings page in Markdown. */
  public static String page(SettingCatalog catalog) {
    return """
        # Settings

        Generated: `java -jar target/boardcast.jar config describe --markdown > src/docs/SETTINGS.md`

        Each setting is a flag, an environment variable, and a key of `conf/boardcast.json` (named as
        the flag, without the dashes). A flag wins, then the environment, then the file, then the
        default. `--config` or `BOARDCAST_CONFIG` names another file; `hazelcast.xml` and
        `logback.xml` beside it are used too. An unknown key or a bad value ends the start with exit
        code 2 and one line that says which, what it was, where it came from, and what was expected.
        `config show` prints the settings in force, `config check FILE` checks a file, and `config
        schema` prints the JSON schema of the file, by which editors complete it.
        """
        + groups(catalog).entrySet().stream()
            .map(group -> section(group.getKey(), group.getValue()))
            .collect(Collectors.joining());
  }

  private static String section(String group, List<SettingDeclaration> settings) {
    return """

        ## %s

        | flag | environment | default | what it decides | a value is |
        |---|---|---|---|---|
        %s"""
        .formatted(group, settings.stream().map(SettingTexts::row).collect(Collectors.joining()));
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

  private static Map<String, List<SettingDeclaration>> groups(SettingCatalog catalog) {
    return catalog.settings().stream()
        .collect(
            Collectors.groupingBy(
                SettingDeclaration::group, LinkedHashMap::new, Collectors.toList()));
  }
}
