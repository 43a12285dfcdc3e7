package dev.boardcast.server.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs a server's own programs, their output in its log. */
final class EmbeddedCommand {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final EmbeddedLog log;

  EmbeddedCommand(EmbeddedLog log) {
    this.log = log;
  }

  /**
   * PostgreSQL refuses to be root. In a user namespace of its own the same process is nobody, and
   * still owns root's files.
   */
  static List<String> unprivileged(List<String> command) {
    return isRoot()
        ? Stream.concat(Stream.of("unshare", "-U"), command.stream()).toList()
        : command;
  }

  /** Starts it and comes back at once. */
  Process start(List<String> command) {
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file().toFile()));
    // Settings of some other PostgreSQL on this machine.
    builder.environment().keySet().removeIf(key -> key.startsWith("PG"));
    try {
      return builder.start();
    } catch (IOException cause) {
      throw new EmbeddedFailure("cannot run " + command.get(0) + rootHint() + ": " + cause, cause);
    }
  }

  /**
   * Runs it to its end.
   *
   * @param input what it reads
   * @throws EmbeddedFailure when it fails or takes too long, with the end of the log
   */
  void run(String what, String input, List<String> command) {
    var process = start(command);
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException endedAlready) {
      // Its exit value says why.
    }
    try {
      if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw log.failure(what + " took longer than " + LIMIT.toSeconds() + " s");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new EmbeddedFailure(what + " was interrupted", interrupted);
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw log.failure(what + " failed" + (log.tail().contains("unshare: ") ? rootHint() : ""));
    }
  }

  private static String rootHint() {
    return isRoot()
        ? " (PostgreSQL does not run as root; where user namespaces are not allowed, start as"
            + " another user or give --pg)"
        : "";
  }

  private static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException notLinux) {
      return false;
    }
  }
}
