package dev.boardcast.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The program in a separate process: {@code java -jar boardcast.jar} where the build has made the
 * jar (system property {@code boardcast.jar}), else the same from the class path.
 */
public final class Program implements AutoCloseable {
  private static final String READY = "Boardcast ready on ";
  private static final Path LOGS = Path.of("target", "nodes");

  private final Process process;
  private final Path errors;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private Program(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
    var reader = new Thread(this::read, "program-stdout");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts the program; does not wait. */
  public static Program start(String... arguments) throws IOException {
    return start(Map.of(), arguments);
  }

  /** As {@link #start(String...)}, with additional environment variables. */
  public static Program start(Map<String, String> environment, String... arguments)
      throws IOException {
    Files.createDirectories(LOGS);
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx384m");
    command.addAll(NodeProcess.SHORT_LIVED);
    command.addAll(program());
    command.addAll(List.of(arguments));
    Path errors = LOGS.resolve("program-" + System.nanoTime() + ".log");
    var builder = new ProcessBuilder(Interruptible.command(command)).redirectError(errors.toFile());
    builder.environment().putAll(environment);
    return new Program(builder.start(), errors);
  }

  /** Waits for the next line of standard output. */
  public String line(Duration timeout) throws IOException, InterruptedException {
    String line = lines.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
    if (line == null) throw new AssertionError("no line within " + timeout + ":\n" + errors());
    return line;
  }

  /** Waits until its first line says that it is ready, and returns the address in it. */
  public URI awaitReady(Duration timeout) throws IOException, InterruptedException {
    String line = line(timeout);
    if (!line.startsWith(READY)) throw new AssertionError("the first line was: " + line);
    return URI.create(line.substring(READY.length()));
  }

  /** Sends TERM, INT or KILL. */
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** Waits for the exit code; 128 plus the signal's number after a signal. */
  public int exitCode(Duration timeout) throws Exception {
    if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still running after " + timeout + ":\n" + errors());
    }
    ended.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    return process.exitValue();
  }

  /** The lines of standard output that were not read yet. */
  public List<String> remainingLines() {
    var remaining = new ArrayList<String>();
    lines.drainTo(remaining);
    return remaining;
  }

  /** All of standard error. */
  public String errors() throws IOException {
    return Files.readString(errors);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Terminates it, by force after 20 s. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly();
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> program() {
    var archive = NodeArchive.get();
    if (archive.isPresent()) {
      var options = new ArrayList<>(archive.get().options());
      options.addAll(List.of("-jar", archive.get().classPath()));
      return options;
    }
    String jar = System.getProperty("boardcast.jar", "");
    return !jar.isEmpty() && Files.exists(Path.of(jar))
        ? List.of("-jar", jar)
        : List.of("-cp", classPath(), "dev.boardcast.server.Main");
  }

  /** Without empty entries, which mean the working directory. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.isEmpty())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private void read() {
    try (BufferedReader out = process.inputReader()) {
      for (String line = out.readLine(); line != null; line = out.readLine()) lines.add(line);
    } catch (IOException closed) {
      // The process has exited.
    } finally {
      ended.complete(null);
    }
  }
}
