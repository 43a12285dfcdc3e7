package dev.boardcast.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** The processes that belong to a data dir: they work in it, or have it among their arguments. */
public final class Leftovers {
  private Leftovers() {}

  /** Those that run; of others' processes nothing is known. */
  public static List<ProcessHandle> of(Path dataDir) {
    return ProcessHandle.allProcesses().filter(process -> isOf(process, dataDir)).toList();
  }

  /**
   * Ends them as {@code kill -9} does, the youngest first: a node is younger than its servers, and
   * would start them again.
   */
  public static void kill(Path dataDir) {
    of(dataDir).stream()
        .sorted(Comparator.comparing(Leftovers::start).reversed())
        .forEach(ProcessHandle::destroyForcibly);
  }

  private static Instant start(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }

  private static boolean isOf(ProcessHandle process, Path dataDir) {
    if (process.equals(ProcessHandle.current())) return false;
    var arguments = process.info().arguments().orElse(new String[0]);
    for (String argument : arguments) {
      if (argument.startsWith(dataDir.toString())) return true;
    }
    try {
      Path place = Path.of("/proc", Long.toString(process.pid()), "cwd");
      return Files.readSymbolicLink(place).startsWith(dataDir);
    } catch (IOException ended) {
      return false;
    }
  }
}
