package dev.boardcast.server.settings;

import dev.boardcast.config.SettingCatalog;
import dev.boardcast.config.SettingDeclaration;
import dev.boardcast.config.SettingValues;
import dev.boardcast.config.SettingValues.Value;
import dev.boardcast.spi.InvalidSettingException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Finds the settings among the variables of the process. */
final class EnvironmentVariables {
  /** Not settings: the token of a client, and the directory of recorded data for tests. */
  private static final Set<String> OTHERS = Set.of("BOARDCAST_TOKEN", "BOARDCAST_DATA");

  /** What an orchestrator sets in every pod when a service is called boardcast. */
  private static final Pattern SERVICE_LINKS =
      Pattern.compile(
          "BOARDCAST_(.*_)?(SERVICE_HOST=.*|SERVICE_PORT.*|PORT_\\d+_(TCP|UDP|SCTP).*|PORT=\\w+://.*)");

  private EnvironmentVariables() {}

  /**
   * Texts by key of the setting.
   *
   * @throws InvalidSettingException for a variable with the program's prefix that is no setting
   */
  static Map<String, String> settings(SettingCatalog catalog, Map<String, String> environment) {
    var settings = new TreeMap<String, String>();
    var own = new TreeMap<>(environment);
    own.keySet()
        .removeIf(name -> !name.startsWith(SettingDeclaration.PREFIX) || OTHERS.contains(name));
    own.forEach(
        (variable, text) -> {
          var setting =
              catalog.settings().stream()
                  .filter(each -> each.variable().equals(variable))
                  .findFirst();
          if (setting.isPresent()) {
            settings.put(setting.get().key(), text);
          } else if (!SERVICE_LINKS.matcher(variable + "=" + text).matches()) {
            throw SettingValues.unknown(catalog, variable, new Value(text, "environment"));
          }
        });
    return settings;
  }
}
