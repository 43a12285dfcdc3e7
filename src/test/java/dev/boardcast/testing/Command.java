package dev.boardcast.testing;

import java.time.Duration;

/**
 * A finished run of the command line in a separate process.
 *
 * @param output its standard output
 * @param errors its standard error
 */
public record Command(int exitCode, String output, String errors) {

  /** Runs the program to its end. */
  public static Command run(Duration timeout, String... arguments) throws Exception {
    try (var program = Program.start(arguments)) {
      int code = program.exitCode(timeout);
      return new Command(code, String.join("\n", program.remainingLines()), program.errors());
    }
  }
}
