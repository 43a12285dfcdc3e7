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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A Boardcast node in a JVM of its own, started as an operator starts it. The node's output is kept
 * in {@code target/nodes/} for those who look for a cause.
 */
public final class NodeProcess implements AutoCloseable {
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
    return start(name, "dev.boardcast.server.Main", arguments);
  }

  /** As {@link #start(String, List)}, by another main class. */
  public static NodeProcess start(String name, String main, List<String> arguments)
      throws IOException {
    Files.createDirectories(LOGS);
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=4"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(arguments);
    Path log = LOGS.resolve(name + "-" + System.nanoTime() + ".log");
    return new NodeProcess(new ProcessBuilder(command).redirectErrorStream(true).start(), log);
  }

  /** Where the node's HTTP port is, as it said itself. */
  public URI awaitReady(Duration limit) throws Exception {
    try {
      return ready.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("not ready after " + limit + ":\n" + Files.readString(log), late);
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

  /** kill -9: no hook runs. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM, and waits for the end. */
  public int terminate(Duration limit) throws InterruptedException, IOException {
    process.destroy();
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still running " + limit + " after SIGTERM:\n" + output());
    }
    return process.exitValue();
  }

  /** SIGSTOP, SIGCONT and the like. */
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
  }

  /** Everything the node wrote so far. */
  public String output() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
    } catch (InterruptedException hurry) {
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
    } catch (IOException gone) {
      // The process ended.
    } finally {
      ready.completeExceptionally(new IllegalStateException("ended without being ready: " + log));
    }
  }
}
