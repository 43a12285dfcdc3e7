package dev.boardcast.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes commands react to SIGINT. A shell's background jobs ignore it, and processes that tests
 * start would inherit that when the build is such a job.
 */
public final class Interruptible {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final long INT = 1L << 1;

  private Interruptible() {}

  /** The command, with the default action of SIGINT restored where this process ignores it. */
  public static List<String> command(List<String> command) throws IOException {
    if (!isIgnored()) return command;
    var wrapped = new ArrayList<>(List.of("env", "--default-signal=INT"));
    wrapped.addAll(command);
    return wrapped;
  }

  private static boolean isIgnored() throws IOException {
    if (!Files.exists(STATUS)) return false;
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).trim(), 16))
        .anyMatch(ignored -> (ignored & INT) != 0);
  }
}
