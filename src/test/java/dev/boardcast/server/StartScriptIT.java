package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that starts the packaged program, with its archive of loaded classes. */
class StartScriptIT {
  private static final int LIMIT_SECONDS = 120;
  // Of about 12 000 that a node has when it is ready.
  private static final int MOST_CLASSES = 8_000;
  private static final int SIGTERM = 143;

  @TempDir Path directory;
  private Path script;

  @BeforeEach
  void copy() throws IOException {
    Path jar = Path.of(System.getProperty("boardcast.jar", "target/none"));
    assumeTrue(Files.exists(jar), "the build has not packaged the program yet");
    script = Files.copy(jar.resolveSibling("boardcast"), directory.resolve("boardcast"));
    assertTrue(script.toFile().setExecutable(true));
    Files.createSymbolicLink(directory.resolve("boardcast.jar"), jar.toAbsolutePath());
  }

  @Test
  void aStartMapsTheClassesThatAnEarlierOneLoaded() throws Exception {
    Result made = run(Map.of(), "archive");
    assertEquals(0, made.code(), made.output());
    assertEquals(1, archives(".archive").size());
    assertEquals(0, run(Map.of(), "archive").code(), "there is one already");

    Path classes = directory.resolve("classes.log");
    Process node =
        start(
            Map.of(
                "JAVA_OPTS",
                "-Xlog:class+load:file=" + classes,
                "BOARDCAST_ARCHIVE",
                directory.toString()),
            // Other tests may run nodes on the default one.
            "--cluster-port=" + (30_000 + ProcessHandle.current().pid() % 1_000),
            "--http-port=0",
            "--gateway-port=0",
            "--data-dir=" + directory.resolve("data of a node"));
    try (var lines = node.inputReader()) {
      String line = lines.readLine();
      while (line != null && !line.startsWith("Boardcast ready")) line = lines.readLine();
      assertTrue(line != null, "the node ended before it was ready");
      node.destroy();
      assertTrue(node.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS));
      // The script has become the JVM: a signal to it reaches the node.
      assertEquals(SIGTERM, node.exitValue());
    } finally {
      node.destroyForcibly();
    }
    try (var loaded = Files.lines(classes)) {
      long shared = loaded.filter(line -> line.contains("source: shared objects file")).count();
      assertTrue(shared > MOST_CLASSES, shared + " classes came from the archive");
    }
  }

  @Test
  void anArchiveThatCannotBeUsedIsIgnored() throws Exception {
    assertEquals(0, run(Map.of(), "--version").code());
    Path written = archives(".archive.new").get(0);
    Files.delete(written);
    Path archive =
        Files.writeString(
            directory.resolve(written.getFileName().toString().replace(".new", "")), "no archive");
    Result again = run(Map.of(), "--version");
    assertEquals(0, again.code(), again.output());
    assertTrue(again.output().startsWith("boardcast "), again.output());
    assertEquals("no archive", Files.readString(archive));
  }

  @Test
  void anArchiveOfAnotherCommandIsNotKept() throws Exception {
    for (int i = 0; i < 3; i++) assertEquals(0, run(Map.of(), "--version").code());
    assertEquals(List.of(), archives(".archive"));
  }

  @Test
  void noArchiveIsMadeWhereNoneIsWanted() throws Exception {
    assertEquals(0, run(Map.of("BOARDCAST_ARCHIVE", "none"), "--version").code());
    assertEquals(List.of(), archives(""));
  }

  @Test
  void thatNoArchiveCanBeMadeIsAnError() throws Exception {
    Result nowhere = run(Map.of("BOARDCAST_ARCHIVE", "/nowhere"), "archive");
    assertEquals(1, nowhere.code());
    assertTrue(nowhere.output().contains("/nowhere"), nowhere.output());
  }

  @Test
  void argumentsAndExitCodesAreThoseOfTheProgram() throws Exception {
    Result unknown = run(Map.of("BOARDCAST_ARCHIVE", "none"), "serve", "--no such option");
    assertEquals(2, unknown.code(), unknown.output());
    assertTrue(unknown.output().contains("--no such option"), unknown.output());
  }

  private record Result(int code, String output) {}

  private Result run(Map<String, String> environment, String... arguments) throws Exception {
    Process process = start(environment, arguments);
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS));
      return new Result(process.exitValue(), output);
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start(Map<String, String> environment, String... arguments) throws IOException {
    var command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).start();
  }

  private List<Path> archives(String ending) throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().contains(".archive") && file.toString().endsWith(ending))
          .toList();
    }
  }
}
