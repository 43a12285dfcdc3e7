package dev.boardcast.server.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds a server's process by its pid file.
 *
 * <p>A pid alone proves nothing: the process may be dead, a zombie, or another program that got the
 * same pid. So the program and its arguments are compared too.
 *
 * @param pidFile its first line is the pid
 * @param program how the executable's name begins
 * @param argument a path among the arguments that no other server has
 */
record EmbeddedProcess(Path pidFile, String program, Path argument) {

  /** The running process, if any. */
  Optional<ProcessHandle> find() {
    return pid().flatMap(ProcessHandle::of).filter(this::matches);
  }

  /** The lines of the pid file; none without a file. */
  List<String> lines() {
    try {
      return Files.readAllLines(pidFile);
    } catch (IOException absent) {
      return List.of();
    }
  }

  /** Deletes the pid file of a dead server; call only if {@link #find} is empty. */
  void deletePidFile() {
    try {
      Files.deleteIfExists(pidFile);
    } catch (IOException cause) {
      throw new EmbeddedServerException("stale " + pidFile + " cannot be deleted", cause);
    }
  }

  /**
   * Waits until a process has ended; false if it has not after the limit. It may still run when its
   * pid file is gone.
   *
   * @param process as {@link #find} returned it
   */
  boolean awaitEnd(ProcessHandle process, Duration limit) {
    var deadline = new PollingWait(limit);
    while (matches(process)) {
      if (deadline.isOver()) return false;
      deadline.pause();
    }
    return true;
  }

  private Optional<Long> pid() {
    try {
      return lines().stream().findFirst().map(line -> Long.valueOf(line.strip()));
    } catch (NumberFormatException halfWritten) {
      return Optional.empty();
    }
  }

  private boolean matches(ProcessHandle process) {
    var info = process.info();
    return info.command()
            .filter(command -> Path.of(command).getFileName().toString().startsWith(program))
            .isPresent()
        && info.arguments()
            .filter(arguments -> Arrays.asList(arguments).contains(argument.toString()))
            .isPresent();
  }
}
