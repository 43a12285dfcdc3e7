package dev.boardcast.server.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Sessions that outlive a killed PostgreSQL: one that computes does not notice, and as long as it
 * holds the shared memory no new server starts. What they do can no longer be committed.
 */
final class OrphanBackends {
  private static final Path PROCESSES = Path.of("/proc");

  private OrphanBackends() {}

  /** Ends them; does nothing where there is no {@code /proc}. Call when the server is gone. */
  static void end(Path postgresDir) {
    if (!Files.isDirectory(PROCESSES)) return;
    try (var all = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      for (var process : all) {
        if (isSession(process, postgresDir)) {
          ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
              .ifPresent(ProcessHandle::destroyForcibly);
        }
      }
    } catch (IOException cause) {
      throw new EmbeddedFailure("cannot list processes", cause);
    }
  }

  private static boolean isSession(Path process, Path postgresDir) {
    try {
      return Files.readSymbolicLink(process.resolve("cwd")).equals(postgresDir)
          && Files.readSymbolicLink(process.resolve("exe"))
              .getFileName()
              .toString()
              .startsWith("postgres");
    } catch (IOException endedOrForeign) {
      return false;
    }
  }
}
