package dev.boardcast.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A Boardcast node in a separate JVM, started by the command line. Its output is kept in {@code
 * target/nodes/}.
 */
public final class NodeProcess implements AutoCloseable {
  static final boolean IN_TESTS = System.getProperty("surefire.real.class.path") != null;

  /**
   * Options of JVMs that end before the optimizing compiler has paid off; benchmarks, which do not
   * run in the test plugins, measure with it.
   */
  public static final List<String> SHORT_LIVED =
      IN_TESTS
          ? List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
          : List.of("-XX:+UseSerialGC");

  private static final String MAIN = "dev.boardcast.server.Main";
  private static final String READY = "Boardcast ready on ";
  private static final Path LOGS = Path.of("target", "nodes");

  private final Process process;
  private final Path log;
  private final CompletableFuture<URI> ready = new CompletableFuture<>();

  private NodeProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    var reader = new Thread(this::read, "output of " + log.getFileName());
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts {@code Main} with these arguments; does not wait until it is ready. */
  public static NodeProcess start(String name, List<String> arguments) throws IOException {
    return start(name, MAIN, arguments);
  }

  /** As {@link #start(String, List)}, by another main class. */
  public static NodeProcess start(String name, String main, List<String> arguments)
      throws IOException {
    // Other main classes are of the tests, and not in the packaged program.
    var archive = main.equals(MAIN) ? NodeArchive.get() : Optional.<NodeArchive>empty();
    return start(
        name,
        archive.map(NodeArchive::options).orElse(List.of()),
        archive.map(NodeArchive::classPath).orElse(System.getProperty("java.class.path")),
        main,
        arguments);
  }

  /** As {@link #start(String, String, List)}, with another class path. */
  static NodeProcess start(String name, String classPath, String main, List<String> arguments)
      throws IOException {
    return start(name, List.of(), classPath, main, arguments);
  }

  private static NodeProcess start(
      String name, List<String> options, String classPath, String main, List<String> arguments)
      throws IOException {
    Files.createDirectories(LOGS);
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx384m"));
    command.addAll(SHORT_LIVED);
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(arguments);
    Path log = LOGS.resolve(name + "-" + System.nanoTime() + ".log");
    return new NodeProcess(new ProcessBuilder(command).redirectErrorStream(true).start(), log);
  }

  /** Waits until the node is ready; returns the address that it prints. */
  public URI awaitReady(Duration timeout) throws Exception {
    try {
      return ready.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException notReady) {
      throw new AssertionError(
          "not ready after " + timeout + ":\n" + Files.readString(log), notReady);
    }
  }

  public URI http() {
    return ready.join();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Sends SIGKILL: no shutdown hook runs. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Sends SIGTERM and waits for the exit code. */
  public int terminate(Duration timeout) throws InterruptedException, IOException {
    process.destroy();
    if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still running " + timeout + " after SIGTERM:\n" + output());
    }
    return process.exitValue();
  }

  /** Sends a signal such as STOP or CONT. */
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
  }

  /** The node's output so far. */
  public String output() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    try (var in =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var out = Files.newBufferedWriter(log)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.write(line);
        out.newLine();
        out.flush();
        if (line.startsWith(READY)) ready.complete(URI.create(line.substring(READY.length())));
      }
    } catch (IOException closed) {
      // The process has exited.
    } finally {
      ready.completeExceptionally(new IllegalStateException("exited before it was ready: " + log));
    }
  }
}
