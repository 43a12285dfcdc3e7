package dev.boardcast.server;

import dev.boardcast.Boards;
import dev.boardcast.server.command.ProgramCommand;
import dev.boardcast.server.doctor.DoctorCommand;
import dev.boardcast.server.settings.ConfigCommand;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.SettingOptions;
import java.time.Clock;
import java.util.Optional;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * The program: runs one command and exits with its code.
 *
 * <p>Without a command it runs {@link ServeCommand}, which starts a node. Commands beyond the
 * program's own are {@link ProgramCommand}s on the class path.
 */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(Clock.systemUTC(), arguments));
  }

  /**
   * Runs one command to its end.
   *
   * @param clock that a node takes the time from
   * @return the exit code: 0, 1 for a failure, 2 for an invalid argument or setting
   */
  public static int run(Clock clock, String... arguments) {
    return commandLine(clock).execute(arguments);
  }

  /** The commands and their options; for {@link #run} and for what documents them. */
  public static CommandLine commandLine(Clock clock) {
    var settings = new SettingOptions(EffectiveSettings.catalog(Boards.found()));
    CommandSpec root = withSettings(settings, new ServeCommand(clock, settings));
    root.name("boardcast")
        .version("boardcast " + version())
        .usageMessage()
        .description("A real-time dashboard backend. Without a command: serve.");
    root.addSubcommand("serve", withSettings(settings, new ServeCommand(clock, settings)));
    root.addSubcommand("token", withSettings(settings, new TokenCommand(settings)));
    root.addSubcommand("recompute", withSettings(settings, new RecomputeCommand(settings)));
    root.addSubcommand("erase", withSettings(settings, new EraseCommand(settings)));
    root.addSubcommand("source", SourceCommand.spec(settings));
    root.addSubcommand("board", BoardCommand.spec(settings, clock));
    root.addSubcommand("migrate", withSettings(settings, new MigrateCommand(settings)));
    root.addSubcommand("backup", withSettings(settings, new BackupCommand(settings)));
    root.addSubcommand("restore", withSettings(settings, new RestoreCommand(settings)));
    root.addSubcommand("doctor", DoctorCommand.spec(settings, clock));
    root.addSubcommand("log-level", CommandSpec.forAnnotatedObject(new LogLevelCommand()));
    root.addSubcommand("config", ConfigCommand.spec(settings));
    for (var command : ServiceLoader.load(ProgramCommand.class, Main.class.getClassLoader())) {
      CommandSpec spec = CommandSpec.forAnnotatedObject(command);
      root.addSubcommand(spec.name(), spec);
    }
    var errors = new UsageErrors(settings.catalog());
    return new CommandLine(root)
        .setUsageHelpWidth(100)
        .setAbbreviatedOptionsAllowed(false)
        .setExecutionStrategy(Main::execute)
        .setParameterExceptionHandler(errors)
        .setExecutionExceptionHandler(errors);
  }

  private static int execute(ParseResult parsed) {
    // Commands with settings configure logging themselves, from these.
    if (command(parsed) instanceof ProgramCommand) Logging.configure();
    return new RunLast().execute(parsed);
  }

  private static Object command(ParseResult parsed) {
    return parsed.hasSubcommand() ? parsed.subcommand().commandSpec().userObject() : null;
  }

  private static CommandSpec withSettings(SettingOptions settings, Object command) {
    return settings.addTo(CommandSpec.forAnnotatedObject(command));
  }

  private static String version() {
    return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
        .orElse("(not packaged)");
  }
}
