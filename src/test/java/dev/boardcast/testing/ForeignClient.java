package dev.boardcast.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Programs below {@code src/test/resources/clients} that use clients of other makers. Their
 * libraries are installed from their registries, in fixed versions, below {@code target/clients}.
 */
public enum ForeignClient {
  PYTHON(
      List.of("python3", "main.py"),
      List.of(
          "python3",
          "-m",
          "pip",
          "install",
          "--quiet",
          "--disable-pip-version-check",
          "--target",
          "lib",
          "websockets==15.0.1",
          "aiohttp==3.12.15")),
  NODE(
      List.of("node", "main.mjs"),
      List.of(
          "npm",
          "install",
          "--no-save",
          "--no-package-lock",
          "--no-audit",
          "--no-fund",
          "--silent",
          "ws@8.18.3",
          "undici@6.21.3")),
  GO(List.of("./clients"), List.of("go", "build", "-o", "clients", ".")),
  CURL(List.of("bash", "main.sh"), List.of("curl", "--version"));

  private static final Path SOURCES = Path.of("src/test/resources/clients");
  private static final int INSTALL_SECONDS = 180;
  private static final int RUN_SECONDS = 60;

  private final List<String> command;
  private final List<String> install;
  private final Path directory;
  private String missing;
  private boolean prepared;

  ForeignClient(List<String> command, List<String> install) {
    this.command = command;
    this.install = install;
    this.directory = Path.of("target", "clients", name().toLowerCase(Locale.ROOT));
  }

  /**
   * Copies the program and installs its libraries, once. Where that is not possible the test is
   * skipped, or fails if {@code CI} is set.
   */
  public synchronized void prepare() throws Exception {
    if (!prepared) {
      prepared = true;
      missing = installed();
    }
    if (missing.isEmpty()) return;
    if (System.getenv("CI") != null) Assertions.fail(missing);
    Assumptions.abort(missing);
  }

  /** Why it cannot run; empty when it can. */
  private String installed() throws Exception {
    Files.createDirectories(directory);
    try (var files = Files.list(SOURCES.resolve(directory.getFileName()))) {
      for (Path file : files.toList()) {
        Path to = directory.resolve(file.getFileName());
        Files.write(to, Files.readAllBytes(file));
      }
    }
    // What an earlier run has installed is used again, if it was the same.
    Path done = directory.resolve("installed.txt");
    boolean same = Files.exists(done) && Files.readString(done).equals(install.toString());
    if (same && this != GO) return "";
    try {
      String output = execute(install, INSTALL_SECONDS);
      if (!output.endsWith("exit 0")) return "not installed: " + install + "\n" + output;
    } catch (IOException absent) {
      return "not on the path: " + install.get(0);
    }
    Files.writeString(done, install.toString());
    return "";
  }

  /** Runs it to its end; its output, which ends with {@code exit} and its code. */
  public String run(String... arguments) throws Exception {
    var all = new ArrayList<>(command);
    all.addAll(List.of(arguments));
    return execute(all, RUN_SECONDS);
  }

  private String execute(List<String> what, int seconds) throws Exception {
    File output = directory.resolve("output.txt").toFile();
    var builder =
        new ProcessBuilder(what)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output);
    builder.environment().put("PYTHONPATH", "lib");
    var process = builder.start();
    boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    String end = ended ? "exit " + process.exitValue() : "not ended after " + seconds + " s";
    return Files.readString(output.toPath()) + end;
  }
}
