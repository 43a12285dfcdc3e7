package dev.boardcast.server;

import dev.boardcast.server.settings.InvalidSettingException;
import dev.boardcast.server.settings.Settings;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reports an invalid argument or setting as one line on standard error and exit code 2. */
final class UsageErrors implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private static final int INVALID_USAGE = 2;

  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    CommandLine line = failure.getCommandLine();
    return report(
        line,
        failure instanceof UnmatchedArgumentException unknown
            ? unknown(line, unknown.getUnmatched())
            : failure.getMessage());
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine line, ParseResult parsed)
      throws Exception {
    if (failure instanceof InvalidSettingException) return report(line, failure.getMessage());
    throw failure;
  }

  private static String unknown(CommandLine line, List<String> arguments) {
    String[] parts = arguments.get(0).split("=", 2);
    String name = parts[0];
    if (!name.startsWith("-")) {
      return "\"%s\" is not a command, expected %s".formatted(name, commands(line));
    }
    String value = parts.length > 1 ? parts[1] : arguments.size() > 1 ? arguments.get(1) : "";
    return InvalidSettingException.unknown(name, Settings.shown(name, value), "flag").getMessage();
  }

  private static String commands(CommandLine line) {
    CommandLine root = line;
    while (root.getParent() != null) root = root.getParent();
    var names = List.copyOf(root.getSubcommands().keySet());
    int last = names.size() - 1;
    return String.join(", ", names.subList(0, last)) + " or " + names.get(last);
  }

  private static int report(CommandLine line, String message) {
    line.getErr().println("boardcast: " + message);
    line.getErr().flush();
    return INVALID_USAGE;
  }
}
