package dev.boardcast.server.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs {@link EmbeddedNode} in a JVM and a process group of its own. */
final class ChildNode implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private ChildNode(Process process) {
    this.process = process;
    this.output = process.inputReader();
  }

  /** Returns at once; {@link #uris} waits until the servers answer. */
  static ChildNode start(Path dataDir, Path binaries) throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command =
        List.of(
            java,
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            EmbeddedNode.class.getName(),
            dataDir.toString(),
            binaries.toString());
    return new ChildNode(
        new ProcessBuilder(Stream.concat(Stream.of("setsid"), command.stream()).toList())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** The addresses of PostgreSQL and Redis. */
  List<String> uris() throws IOException {
    String line;
    do {
      line = output.readLine();
      if (line == null) throw new IOException("the node did not start");
    } while (!line.startsWith(EmbeddedNode.UP));
    return List.of(line.substring(EmbeddedNode.UP.length()).split(" "));
  }

  /** As {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    awaitEnd();
  }

  /** As Ctrl-C in a terminal: SIGINT to the process group. */
  void interrupt() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", "--", "-" + process.pid()).inheritIO().start().waitFor();
    awaitEnd();
  }

  /** Closes its input, on which it closes its servers and exits. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      awaitEnd();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitEnd() throws InterruptedException {
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("the node did not end");
    }
  }
}
