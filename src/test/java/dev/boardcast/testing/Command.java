package dev.boardcast.testing;

import java.time.Duration;

/**
 * One run of the command line in a process of its own, to its end.
 *
 * @param output what it wrote to standard output
 * @param errors what it wrote to standard error
 */
public record Command(int exitCode, String output, String errors) {

  /** Runs the program with these arguments. */
  public static Command run(Duration limit, String... arguments) throws Exception {
    try (var program = Program.start(arguments)) {
      int code = program.exitCode(limit);
      return new Command(code, String.join("\n", program.moreLines()), program.errors());
    }
  }
}
