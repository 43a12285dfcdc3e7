package dev.boardcast.server.settings;

import dev.boardcast.config.SettingCatalog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The settings as options of commands. */
public final class SettingOptions {
  private static final String HELP_SECTION = "settings";

  private final SettingCatalog catalog;

  public SettingOptions(SettingCatalog catalog) {
    this.catalog = catalog;
  }

  /** The settings that are options. */
  public SettingCatalog catalog() {
    return catalog;
  }

  /** Gives a command one option for each setting, and its help a section that lists them. */
  public CommandSpec addTo(CommandSpec spec) {
    for (var setting : catalog.settings()) {
      var option =
          OptionSpec.builder(setting.flag())
              .type(String.class)
              .paramLabel("<" + setting.key() + ">")
              .hidden(true);
      if (setting.isSwitch()) option.arity("0..1").fallbackValue("on");
      spec.addOption(option.build());
    }
    var usage = spec.usageMessage().abbreviateSynopsis(true);
    var sections = new ArrayList<>(usage.sectionKeys());
    sections.add(sections.indexOf(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING), HELP_SECTION);
    usage.sectionKeys(sections);
    usage.sectionMap().put(HELP_SECTION, help -> SettingTexts.overview(catalog));
    return spec;
  }

  /**
   * The settings in force for a command that was given options, with warnings on standard error.
   */
  public EffectiveSettings warned(CommandSpec spec) {
    EffectiveSettings settings = values(spec);
    var err = spec.commandLine().getErr();
    settings.warnings().forEach(warning -> err.println("boardcast: " + warning));
    err.flush();
    return settings;
  }

  /** The settings in force for a command that was given options. */
  public EffectiveSettings values(CommandSpec spec) {
    Map<String, String> flags = new HashMap<>();
    for (var setting : catalog.settings()) {
      String text = spec.findOption(setting.flag()).getValue();
      if (text != null) flags.put(setting.key(), text);
    }
    return EffectiveSettings.of(catalog, flags, System.getenv());
  }
}
