package dev.boardcast.server;

import dev.boardcast.config.SettingCatalog;
import dev.boardcast.config.SettingValues;
import dev.boardcast.config.SettingValues.Value;
import dev.boardcast.config.ShownText;
import dev.boardcast.server.command.UsageException;
import dev.boardcast.spi.InvalidSettingException;
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

  private final SettingCatalog catalog;

  UsageErrors(SettingCatalog catalog) {
    this.catalog = catalog;
  }

  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    CommandLine line = failure.getCommandLine();
    return report(
        line,
        failure instanceof UnmatchedArgumentException unknown
            ? unknown(line, unknown.getUnmatched())
            : withoutLogins(failure.getMessage(), arguments));
  }

  /** The command line's messages quote arguments. */
  private static String withoutLogins(String message, String[] arguments) {
    String shown = message;
    for (String argument : arguments) {
      String value = argument.substring(argument.indexOf('=') + 1);
      for (String part : List.of(argument, value)) {
        if (!part.isEmpty() && !ShownText.of(part).equals(part)) {
          shown = shown.replace(part, ShownText.of(value));
        }
      }
    }
    return shown;
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine line, ParseResult parsed)
      throws Exception {
    if (failure instanceof InvalidSettingException || failure instanceof UsageException) {
      return report(line, failure.getMessage());
    }
    throw failure;
  }

  private String unknown(CommandLine line, List<String> arguments) {
    String[] parts = arguments.get(0).split("=", 2);
    String name = parts[0];
    if (!name.startsWith("-")) {
      return "\"%s\" is not a command, expected %s"
          .formatted(ShownText.ofUnknown("", arguments.get(0)), commands(line));
    }
    String value = parts.length > 1 ? parts[1] : arguments.size() > 1 ? arguments.get(1) : "";
    return SettingValues.unknown(catalog, name, new Value(value, "flag")).getMessage();
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
