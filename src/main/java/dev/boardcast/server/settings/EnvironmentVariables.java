package dev.boardcast.server.settings;

import dev.boardcast.config.SettingDeclaration;
import dev.boardcast.lab.ReplayCommand;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Finds the settings among the variables of the process. */
final class EnvironmentVariables {
  /** Ours, but no settings: the token of a client, and where tests find recorded data. */
  private static final Set<String> OTHERS = Set.of(ReplayCommand.TOKEN, "BOARDCAST_DATA");

  /** What an orchestrator sets in every pod when a service is called boardcast. */
  private static final Pattern SERVICE_LINKS =
      Pattern.compile(
          "BOARDCAST_(.*_)?(SERVICE_HOST=.*|SERVICE_PORT.*|PORT_\\d+_(TCP|UDP|SCTP).*|PORT=\\w+://.*)");

  private EnvironmentVariables() {}

  /**
   * Texts by name of the setting.
   *
   * @throws InvalidSettingException for a variable with our prefix that is no setting
   */
  static Map<String, String> settings(Map<String, String> environment) {
    var settings = new TreeMap<String, String>();
    var ours = new TreeMap<>(environment);
    ours.keySet()
        .removeIf(name -> !name.startsWith(SettingDeclaration.PREFIX) || OTHERS.contains(name));
    ours.forEach(
        (variable, text) -> {
          var setting =
              Settings.CATALOG.settings().stream()
                  .filter(one -> one.variable().equals(variable))
                  .findFirst();
          if (setting.isPresent()) {
            settings.put(setting.get().key(), text);
          } else if (!SERVICE_LINKS.matcher(variable + "=" + text).matches()) {
            throw InvalidSettingException.unknown(
                variable, Settings.shown(variable, text), "environment");
          }
        });
    return settings;
  }
}
