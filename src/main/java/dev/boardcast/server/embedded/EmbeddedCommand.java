package dev.boardcast.server.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs the programs of a server; their output goes to its log.
 *
 * @param log takes the output
 */
record EmbeddedCommand(EmbeddedLog log) {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /**
   * The command for a program that refuses to run as root, as PostgreSQL's do. In a user namespace
   * of its own the same process has the uid of nobody, and still owns root's files.
   */
  static List<String> unprivileged(List<String> command) {
    return isRoot()
        ? Stream.concat(Stream.of("unshare", "-U"), command.stream()).toList()
        : command;
  }

  /** Starts a command and returns at once. */
  Process start(List<String> command) {
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file().toFile()));
    // They configure another PostgreSQL of this machine.
    builder.environment().keySet().removeIf(key -> key.startsWith("PG"));
    try {
      return builder.start();
    } catch (IOException cause) {
      throw new EmbeddedServerException(
          "cannot run " + command.get(0) + rootHint() + ": " + cause, cause);
    }
  }

  /**
   * Runs a command to its end.
   *
   * @param what the subject of error messages
   * @param input its standard input
   * @throws EmbeddedServerException with the end of the log if it fails or takes too long
   */
  void run(String what, String input, List<String> command) {
    var process = start(command);
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException ended) {
      // The exit code is checked below.
    }
    try {
      if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw log.failure(what + " took longer than " + LIMIT.toSeconds() + " s");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException(what + " was interrupted", interrupted);
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
