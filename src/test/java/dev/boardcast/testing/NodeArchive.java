package dev.boardcast.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The packaged program and its archive of loaded classes, made once by the start script: nodes of
 * tests start with half of the CPU time.
 */
final class NodeArchive {
  private static final Path DIRECTORY = Path.of("target", "node-archive");
  private static final int LIMIT_SECONDS = 180;
  private static final Optional<NodeArchive> ARCHIVE = make();

  private final Path jar;
  private final Path archive;

  private NodeArchive(Path jar, Path archive) {
    this.jar = jar;
    this.archive = archive;
  }

  /** Empty where nothing is packaged, as in runs of single tests. */
  static Optional<NodeArchive> get() {
    return ARCHIVE;
  }

  String classPath() {
    return jar.toString();
  }

  List<String> options() {
    String option = Runtime.version().feature() >= 25 ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=";
    // A JVM that cannot map it starts without, and would print it to the output of the node.
    return List.of(option + archive, "-Xlog:cds*=off");
  }

  private static Optional<NodeArchive> make() {
    String name = System.getProperty("boardcast.jar");
    if (name == null || !NodeProcess.IN_TESTS) return Optional.empty();
    Path jar = Path.of(name);
    Path script = jar.resolveSibling("boardcast");
    if (!Files.exists(jar) || !Files.isExecutable(script)) return Optional.empty();
    try {
      Files.createDirectories(DIRECTORY);
      // Each fork comes here.
      try (var lock =
          FileChannel.open(
              DIRECTORY.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        lock.lock(); // until it is closed
        run(script);
      }
      // As the script names it: the JVM compares paths.
      Path real = jar.toRealPath();
      try (var files = Files.list(DIRECTORY)) {
        return files
            .filter(file -> file.toString().endsWith(".archive"))
            .findFirst()
            .map(file -> new NodeArchive(real, file.toAbsolutePath()));
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static void run(Path script) throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder(script.toAbsolutePath().toString(), "archive")
            .redirectErrorStream(true)
            .redirectOutput(DIRECTORY.resolve("log").toFile());
    builder.environment().put("BOARDCAST_ARCHIVE", DIRECTORY.toAbsolutePath().toString());
    Process process = builder.start();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly();
  }
}
