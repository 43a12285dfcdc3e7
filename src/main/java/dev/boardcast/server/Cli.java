package dev.boardcast.server;

import dev.boardcast.lab.FaultsCommand;
import dev.boardcast.lab.LoadCommand;
import dev.boardcast.lab.ReplayCommand;
import dev.boardcast.server.settings.InvalidSettingException;
import dev.boardcast.server.settings.SettingOptions;
import dev.boardcast.server.settings.Settings;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: {@code serve} unless another command is named. */
public final class Cli {
  private static final int BAD_USAGE = 2;

  private Cli() {}

  /**
   * Runs one command.
   *
   * @return the exit code: 0, 1 for a failure, 2 for something wrong with the command line or the
   *     settings
   */
  public static int run(Bootstrap parts, String... arguments) {
    return commandLine(parts).execute(arguments);
  }

  public static CommandLine commandLine(Bootstrap parts) {
    var serve = new ServeCommand(parts);
    CommandSpec root =
        CommandSpec.forAnnotatedObject(serve).name("boardcast").version("boardcast " + version());
    SettingOptions.addTo(root);
    root.usageMessage()
        .abbreviateSynopsis(true)
        .description("A real-time dashboard backend. Without a command: serve.");
    root.addSubcommand("serve", withSettings(new ServeCommand(parts)));
    root.addSubcommand("token", withSettings(new TokenCommand()));
    root.addSubcommand("recompute", withSettings(new RecomputeCommand(parts)));
    root.addSubcommand("replay", CommandSpec.forAnnotatedObject(new ReplayCommand()));
    root.addSubcommand("load", CommandSpec.forAnnotatedObject(new LoadCommand()));
    root.addSubcommand("faults", CommandSpec.forAnnotatedObject(new FaultsCommand()));
    return new CommandLine(root)
        .setUsageHelpWidth(100)
        .setAbbreviatedOptionsAllowed(false)
        .setParameterExceptionHandler(Cli::refuse)
        .setExecutionExceptionHandler((failure, line, parsed) -> refuse(failure, line));
  }

  private static CommandSpec withSettings(Object command) {
    CommandSpec spec = CommandSpec.forAnnotatedObject(command);
    SettingOptions.addTo(spec);
    spec.usageMessage().abbreviateSynopsis(true);
    return spec;
  }

  private static int refuse(ParameterException bad, String... arguments) {
    String message = bad.getMessage();
    if (bad instanceof UnmatchedArgumentException unknown) {
      message = unknown(unknown.getUnmatched());
    }
    return say(bad.getCommandLine().getErr(), message);
  }

  private static String unknown(List<String> arguments) {
    String[] parts = arguments.get(0).split("=", 2);
    if (!parts[0].startsWith("-")) {
      return "\""
          + parts[0]
          + "\" is not a command, expected "
          + "serve, token, recompute, replay, load or faults";
    }
    String value = parts.length > 1 ? parts[1] : arguments.size() > 1 ? arguments.get(1) : "";
    return InvalidSettingException.unknown(parts[0], Settings.shown(parts[0], value), "flag")
        .getMessage();
  }

  private static int refuse(Exception failure, CommandLine line) throws Exception {
    if (failure instanceof InvalidSettingException bad) return say(line.getErr(), bad.getMessage());
    throw failure;
  }

  private static int say(PrintWriter err, String message) {
    err.println("boardcast: " + message);
    err.flush();
    return BAD_USAGE;
  }

  private static String version() {
    return Optional.ofNullable(Cli.class.getPackage().getImplementationVersion())
        .orElse("(not packaged)");
  }
}
