package dev.boardcast.lab.faults;

import dev.boardcast.server.command.ProgramCommand;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A node in a JVM of its own, which can be killed, stopped and started again. Calls block. */
final class NodeProcess {
  private static final int HEAP_MIB = 512;
  private static final int BESIDE_MIB = 256;

  /** What a container for such a node would be given: its heap, and half as much beside it. */
  static final long MOST_RESIDENT_KIB = (HEAP_MIB + BESIDE_MIB) << 10;

  private static final String READY = "Boardcast ready on ";
  private static final int LOOK_MILLIS = 50;

  private final List<String> command;
  private final Path log;
  private final URI http;
  private final URI gateway;
  private Process process;
  private long logged;

  NodeProcess(List<String> prefix, List<String> arguments, Path log, URI http, URI gateway) {
    this.command = new ArrayList<>(prefix);
    this.log = log;
    this.http = http;
    this.gateway = gateway;
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + HEAP_MIB + "m", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ProgramCommand.MAIN_CLASS);
    command.addAll(arguments);
  }

  URI http() {
    return http;
  }

  URI gateway() {
    return gateway;
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Does not wait until it is ready. */
  void start() throws IOException {
    logged = Files.exists(log) ? Files.size(log) : 0;
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
  }

  void awaitReady(Duration limit) throws IOException, InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!output().contains(READY)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IOException("a node did not start:\n" + output());
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  /** kill -9. */
  void kill() throws InterruptedException {
    if (process != null) process.destroyForcibly().waitFor();
  }

  /** SIGSTOP, SIGCONT and the like. */
  void signal(String name) throws IOException, InterruptedException {
    Shell.run("kill", "-" + name, Long.toString(process.pid()));
  }

  /** SIGTERM, and waits for the end. */
  void terminate(Duration limit) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) kill();
  }

  /** What it wrote since its last start. */
  private String output() throws IOException {
    byte[] all = Files.readAllBytes(log);
    int from = (int) Math.min(all.length, logged);
    return new String(all, from, all.length - from, StandardCharsets.UTF_8);
  }

  /** Memory it has in use, in KiB, as the operating system counts it; 0 where it does not tell. */
  long residentKib() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", process.pid() + "", "status"))) {
        if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", ""));
      }
    } catch (IOException elsewhere) {
      // Not Linux, or gone.
    }
    return 0;
  }
}
