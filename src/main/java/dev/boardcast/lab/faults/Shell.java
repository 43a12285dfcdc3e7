package dev.boardcast.lab.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs short commands of the operating system. Calls block. */
final class Shell {
  private static final int LIMIT_SECONDS = 10;

  private Shell() {}

  /** Returns the output; throws it if the exit code is not 0. */
  static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", List.of(command)) + ": " + output.strip());
    }
    return output;
  }
}
