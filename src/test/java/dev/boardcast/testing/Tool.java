package dev.boardcast.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Programs of others that tests run to their end. */
public final class Tool {
  private Tool() {}

  /** Runs a command in this directory. */
  public static Command run(Duration atMost, String... command) throws Exception {
    return run(Path.of("."), Map.of(), atMost, "", List.of(command));
  }

  /**
   * Runs a command.
   *
   * @param environment additional variables
   * @param input for its standard input
   * @throws IOException when there is no such program
   */
  public static Command run(
      Path in, Map<String, String> environment, Duration atMost, String input, List<String> command)
      throws Exception {
    Path output = Files.createTempFile("tool", ".out");
    Path errors = Files.createTempFile("tool", ".err");
    Path given = Files.writeString(Files.createTempFile("tool", ".in"), input);
    try {
      var builder =
          new ProcessBuilder(command)
              .directory(in.toFile())
              .redirectInput(given.toFile())
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(atMost.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command + " has not ended after " + atMost);
      }
      return new Command(process.exitValue(), Files.readString(output), Files.readString(errors));
    } finally {
      for (Path each : List.of(output, errors, given)) Files.delete(each);
    }
  }
}
