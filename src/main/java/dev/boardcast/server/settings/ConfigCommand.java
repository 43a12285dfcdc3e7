package dev.boardcast.server.settings;

import dev.boardcast.config.SettingCatalog;
import dev.boardcast.config.SettingDeclaration;
import dev.boardcast.config.SettingValues.Value;
import dev.boardcast.spi.InvalidSettingException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows, checks and describes settings. */
@Command(
    name = "config",
    description = "Shows, checks and describes settings.",
    mixinStandardHelpOptions = true)
public final class ConfigCommand {
  private static final int INVALID = 2;

  private ConfigCommand() {}

  /** The command with its subcommands. */
  public static CommandSpec spec(SettingOptions options) {
    var catalog = options.catalog();
    return CommandSpec.forAnnotatedObject(new ConfigCommand())
        .addSubcommand("show", options.addTo(CommandSpec.forAnnotatedObject(new Show(options))))
        .addSubcommand("check", CommandSpec.forAnnotatedObject(new Check(catalog)))
        .addSubcommand("describe", CommandSpec.forAnnotatedObject(new Describe(catalog)))
        .addSubcommand("schema", CommandSpec.forAnnotatedObject(new Schema(catalog)));
  }

  @Command(
      name = "show",
      description = "Prints the settings in force and where each is from; secrets are hidden.",
      mixinStandardHelpOptions = true)
  private static final class Show implements Callable<Integer> {
    private final SettingOptions options;

    @Spec private CommandSpec spec;

    Show(SettingOptions options) {
      this.options = options;
    }

    @Override
    public Integer call() {
      EffectiveSettings settings = options.warned(spec);
      for (SettingDeclaration setting : settings.catalog().settings()) {
        Value value = settings.values().get(setting);
        print(
            spec,
            "%-33s %s  (%s)%n"
                .formatted(setting.key(), setting.shown(value.text()), value.source()));
      }
      return 0;
    }
  }

  @Command(
      name = "check",
      description = "Checks a configuration file and prints all that is wrong with it.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:a node can start with it", "2:it cannot"},
      mixinStandardHelpOptions = true)
  private static final class Check implements Callable<Integer> {
    private final SettingCatalog catalog;

    @Parameters(paramLabel = "FILE", description = "The file.")
    private Path file;

    @Spec private CommandSpec spec;

    Check(SettingCatalog catalog) {
      this.catalog = catalog;
    }

    @Override
    public Integer call() {
      List<InvalidSettingException> problems = ConfigFile.problems(catalog, file);
      var err = spec.commandLine().getErr();
      problems.forEach(problem -> err.println(problem.getMessage()));
      err.flush();
      if (problems.isEmpty()) print(spec, file + " is valid\n");
      return problems.isEmpty() ? 0 : INVALID;
    }
  }

  @Command(
      name = "describe",
      description = "Describes settings: all, those of a group, or single ones.",
      mixinStandardHelpOptions = true)
  private static final class Describe implements Callable<Integer> {
    private final SettingCatalog catalog;

    @Parameters(
        paramLabel = "NAME",
        arity = "0..*",
        description = "A group, or a setting with or without its dashes.")
    private List<String> names = List.of();

    @Option(names = "--markdown", description = "Prints the settings page.")
    private boolean isMarkdown;

    @Spec private CommandSpec spec;

    Describe(SettingCatalog catalog) {
      this.catalog = catalog;
    }

    @Override
    public Integer call() {
      if (isMarkdown) {
        print(spec, SettingTexts.page(catalog));
        return 0;
      }
      for (String name : names) {
        if (catalog.settings().stream().noneMatch(setting -> isNamed(setting, name))) {
          throw new InvalidSettingException(
              "NAME", name, "argument", "a group or a setting that --help lists");
        }
      }
      for (SettingDeclaration setting : catalog.settings()) {
        if (names.isEmpty() || names.stream().anyMatch(name -> isNamed(setting, name))) {
          print(spec, SettingTexts.description(setting));
        }
      }
      return 0;
    }

    private static boolean isNamed(SettingDeclaration setting, String name) {
      return setting.key().equals(name)
          || setting.flag().equals(name)
          || setting.group().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT));
    }
  }

  @Command(
      name = "schema",
      description = "Prints the JSON schema of the configuration file.",
      mixinStandardHelpOptions = true)
  private static final class Schema implements Callable<Integer> {
    private final SettingCatalog catalog;

    @Spec private CommandSpec spec;

    Schema(SettingCatalog catalog) {
      this.catalog = catalog;
    }

    @Override
    public Integer call() {
      print(spec, SettingSchema.of(catalog));
      return 0;
    }
  }

  private static void print(CommandSpec spec, String text) {
    var out = spec.commandLine().getOut();
    out.print(text);
    out.flush();
  }
}
