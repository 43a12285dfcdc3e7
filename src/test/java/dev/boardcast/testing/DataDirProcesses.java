package dev.boardcast.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** Finds processes of a data directory, by their working directory and arguments. */
public final class DataDirProcesses {
  private DataDirProcesses() {}

  /** The running ones; processes of other users are not visible. */
  public static List<ProcessHandle> of(Path dataDir) {
    return ProcessHandle.allProcesses().filter(process -> isOf(process, dataDir)).toList();
  }

  /** Kills them, the youngest first: a node is younger than its servers and would restart them. */
  public static void kill(Path dataDir) {
    of(dataDir).stream()
        .sorted(Comparator.comparing(DataDirProcesses::start).reversed())
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
      Path directory = Path.of("/proc", Long.toString(process.pid()), "cwd");
      return Files.readSymbolicLink(directory).startsWith(dataDir);
    } catch (IOException ended) {
      return false;
    }
  }
}
