package dev.boardcast.server.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A server's process, found by its pid file.
 *
 * <p>The number alone proves nothing: the process may be dead, dead but not yet collected by its
 * parent, or another program that got the same number. So program and arguments are compared too.
 *
 * @param pidFile its first line is the number
 * @param program how the executable's name begins
 * @param mark a path among the arguments that no other server has
 */
public record EmbeddedProcess(Path pidFile, String program, Path mark) {

  public Optional<ProcessHandle> find() {
    var pid = pid();
    return pid.isEmpty() ? Optional.empty() : ProcessHandle.of(pid.getAsLong()).filter(this::is);
  }

  /** The lines of the pid file; none when there is no file. */
  List<String> lines() {
    try {
      return Files.readAllLines(pidFile);
    } catch (IOException absent) {
      return List.of();
    }
  }

  /** Removes the file a dead server left behind; call only when nothing was found. */
  void forget() {
    try {
      Files.deleteIfExists(pidFile);
    } catch (IOException cause) {
      throw new EmbeddedFailure("stale " + pidFile + " cannot be removed", cause);
    }
  }

  /** Whether the process, if any, has gone in time. */
  public boolean awaitEnd(Duration limit) {
    var deadline = new PollingWait(limit);
    while (find().isPresent()) {
      if (deadline.passed()) return false;
      deadline.pause();
    }
    return true;
  }

  private OptionalLong pid() {
    var lines = lines();
    try {
      return lines.isEmpty()
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseLong(lines.get(0).strip()));
    } catch (NumberFormatException halfWritten) {
      return OptionalLong.empty();
    }
  }

  private boolean is(ProcessHandle process) {
    var info = process.info();
    return info.command()
            .filter(command -> Path.of(command).getFileName().toString().startsWith(program))
            .isPresent()
        && info.arguments()
            .filter(arguments -> Arrays.asList(arguments).contains(mark.toString()))
            .isPresent();
  }
}
