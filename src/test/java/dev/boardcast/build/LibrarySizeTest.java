package dev.boardcast.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** What an embedding application resolves stays small and free of the program's dependencies. */
class LibrarySizeTest {
  private static final long LIMIT = 20_000_000;

  /** Parts of artifactIds: cluster manager, logging backend, CLI, embedded servers, charts. */
  private static final List<String> PROGRAM_ONLY =
      List.of(
          "hazelcast",
          "logback",
          "log4j",
          "picocli",
          "jline",
          "progressbar",
          "embedded",
          "jedis",
          "chart",
          "prometheus",
          "vertx-micrometer",
          "vertx-web-client",
          "native-epoll",
          "io_uring");

  private final Set<Path> resolved = LibraryClasspath.resolve();

  @Test
  void anApplicationResolvesAtMostTwentyMegabytes() throws IOException {
    long bytes = compressed(Path.of("target/classes"));
    for (Path jar : resolved) bytes += Files.size(jar);

    System.out.printf(
        "The library resolves %d artifacts and itself: %.1f MB, limit %.1f MB%n",
        resolved.size(), bytes / 1e6, LIMIT / 1e6);
    assertTrue(bytes <= LIMIT, bytes + " bytes: " + resolved);
  }

  @Test
  void itResolvesNothingThatOnlyTheProgramNeeds() {
    Set<String> artifacts =
        resolved.stream().map(LibraryClasspath::artifact).collect(Collectors.toSet());

    assertTrue(artifacts.containsAll(Set.of("vertx-core", "netty-handler", "jackson-databind")));
    assertEquals(
        List.of(),
        artifacts.stream().filter(it -> PROGRAM_ONLY.stream().anyMatch(it::contains)).toList());
  }

  /** About the size of the jar, which does not exist yet when tests run. */
  private static long compressed(Path classes) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        var counter = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(counter)) {
          Files.copy(file, out);
        }
        bytes += counter.size() + 2L * file.toString().length() + 76;
      }
    }
    return bytes;
  }
}
