package dev.boardcast.lab.faults;

import dev.boardcast.server.command.ProgramCommand;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A node in a JVM of its own that can be killed, suspended and restarted. Calls block. */
final class NodeProcess {
  private static final int HEAP_MIB = 512;
  private static final int OVERHEAD_MIB = 256;

  /** The memory limit that a container for such a node would have. */
  static final long MAX_RESIDENT_KIB = (HEAP_MIB + OVERHEAD_MIB) << 10;

  private static final List<String> START_OPTIONS =
      List.of(
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:Tier",
          "-XX:SharedArchiveFile=",
          "-XX:AOTCache=",
          "-Xshare:",
          "-Xlog:cds",
          "-Xlog:aot");

  private static final String READY = "Boardcast ready on ";
  private static final int POLL_MILLIS = 50;

  private final List<String> command;
  private final Path log;
  private final URI http;
  private final URI gateway;
  private Process process;
  private long logStart;

  NodeProcess(List<String> prefix, List<String> arguments, Path log, URI http, URI gateway) {
    this.command = new ArrayList<>(prefix);
    this.log = log;
    this.http = http;
    this.gateway = gateway;
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ownOptions());
    command.addAll(List.of("-Xmx" + HEAP_MIB + "m", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ProgramCommand.MAIN_CLASS);
    command.addAll(arguments);
  }

  /**
   * The options of this JVM by which the start script starts programs faster: nodes of the
   * laboratory start as those of an operator do.
   */
  private static List<String> ownOptions() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> START_OPTIONS.stream().anyMatch(option::startsWith))
        .toList();
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

  /** Starts it; {@link #awaitReady} waits until it takes traffic. */
  void start() throws IOException {
    logStart = Files.exists(log) ? Files.size(log) : 0;
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
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** kill -9. */
  void kill() throws InterruptedException {
    if (process != null) process.destroyForcibly().waitFor();
  }

  /** Sends a signal such as STOP or CONT. */
  void signal(String name) throws IOException, InterruptedException {
    Shell.run("kill", "-" + name, Long.toString(process.pid()));
  }

  /** Sends SIGTERM and waits for the end; kills it after the limit. */
  void terminate(Duration limit) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) kill();
  }

  /** Its output since the last start. */
  private String output() throws IOException {
    byte[] all = Files.readAllBytes(log);
    int from = (int) Math.min(all.length, logStart);
    return new String(all, from, all.length - from, StandardCharsets.UTF_8);
  }

  /** Its resident memory in KiB; 0 if the operating system is not Linux. */
  long residentKib() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", process.pid() + "", "status"))) {
        if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", ""));
      }
    } catch (IOException unknown) {
      // Not Linux, or the process has ended.
    }
    return 0;
  }
}
