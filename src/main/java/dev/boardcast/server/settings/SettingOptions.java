package dev.boardcast.server.settings;

import dev.boardcast.config.SettingDeclaration;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The settings as options of a command. */
public final class SettingOptions {
  private SettingOptions() {}

  /** Gives a command one option per setting. */
  public static void addTo(CommandSpec spec) {
    for (var setting : Settings.CATALOG.settings()) {
      var option =
          OptionSpec.builder(setting.flag())
              .type(String.class)
              .paramLabel("<" + setting.key() + ">")
              .description((setting.description() + describeDefault(setting)).replace("%", "%%"));
      if (setting.isSwitch()) {
        option.arity("0..1").fallbackValue("on");
      }
      spec.addOption(option.build());
    }
  }

  /** What was decided on this command line, in the environment and in the file. */
  public static EffectiveSettings values(CommandSpec spec) {
    Map<String, String> flags = new HashMap<>();
    for (var setting : Settings.CATALOG.settings()) {
      String text = spec.findOption(setting.flag()).getValue();
      if (text != null) flags.put(setting.key(), text);
    }
    return EffectiveSettings.of(flags, System.getenv());
  }

  private static String describeDefault(SettingDeclaration setting) {
    return setting.defaultValue().isEmpty() ? "" : " Default: " + setting.defaultValue() + ".";
  }
}
