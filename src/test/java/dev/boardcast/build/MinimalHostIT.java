package dev.boardcast.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Services;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Boardcast works with what an application resolves, in any working directory. */
@Timeout(120)
class MinimalHostIT {
  @TempDir private Path directory;

  @Test
  void optionalFeaturesAreAbsentWithAReasonAndNothingIsServedFromTheWorkingDirectory()
      throws Exception {
    for (String name : List.of("api/openapi.yaml", "web/index.html", "dev/boardcast/web/app.css")) {
      Path planted = directory.resolve(name);
      Files.createDirectories(planted.getParent());
      Files.writeString(planted, "planted");
    }

    String output = run("/health", "/metrics", "/chart.js", "/", "/app.css", "/api/openapi.yaml");

    assertTrue(output.contains("/health 200 {\"status\":\"healthy\""), output);
    assertTrue(output.contains("/metrics 404"), output);
    assertTrue(output.contains("io.micrometer:micrometer-registry-prometheus"), output);
    assertTrue(output.contains("/chart.js 404"), output);
    assertTrue(output.contains("org.webjars.npm:chart.js"), output);
    assertTrue(output.contains("cluster: a cluster needs io.vertx:vertx-hazelcast"), output);
    assertTrue(output.contains("/ 200 <!doctype html>"), output);
    assertTrue(output.contains("/app.css 200"), output);
    assertTrue(output.contains("/api/openapi.yaml 200 openapi: 3.1"), output);
    assertTrue(!output.contains("planted"), output);
  }

  private String run(String... paths) throws Exception {
    String classpath =
        LibraryClasspath.resolve().stream()
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator))
            + File.pathSeparator
            + Path.of("target/classes").toAbsolutePath()
            + File.pathSeparator
            + Path.of("target/test-classes").toAbsolutePath();
    var db = Services.get().freshDatabase();
    var command =
        new ArrayList<String>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classpath,
                MinimalHost.class.getName(),
                db.postgresUri(),
                db.redisUri()));
    command.addAll(List.of(paths));
    Path output = directory.resolve("output.txt");
    var process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertTrue(process.waitFor(90, TimeUnit.SECONDS), () -> "it did not end");
      String text = Files.readString(output);
      assertEquals(0, process.exitValue(), text);
      return text;
    } finally {
      process.destroyForcibly();
    }
  }
}
