package dev.boardcast.http.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The JavaScript client: its own tests, in Node, against its modules and against what is served.
 */
class ClientTest {
  private static final Path MODULES = Path.of("src/main/resources/dev/boardcast/web/client");
  private static final Path TESTS = Path.of("src/test/js");
  private static final int MOST_BYTES = 9 * 1024;

  @Test
  void itsModulesPassTheirTests() throws Exception {
    assertPass("as modules", MODULES.resolve("boardcast.js"));
  }

  @Test
  void whatIsServedPassesTheSameTests() throws Exception {
    Path served = Path.of("target", "client", "boardcast.mjs");
    Files.createDirectories(served.getParent());
    Files.writeString(served, served());
    assertPass("as served", served);
  }

  @Test
  void itIsSmall() {
    int size = PageFile.of(ClientScript.NAME, served().getBytes()).gzipped().length();
    assertTrue(size <= MOST_BYTES, size + " bytes");
  }

  @Test
  void whatIsServedOffersWhatTheModuleDoes() {
    String served = served();
    List<String> exports =
        served
            .lines()
            .filter(line -> line.startsWith("export "))
            .map(line -> line.split("[ =({]")[2])
            .toList();
    assertEquals(List.of("connect", "Boardcast"), exports);
    assertTrue(served.lines().noneMatch(line -> line.startsWith("import ")));
  }

  private static String served() {
    return ClientScript.of(
        name -> {
          try {
            return Files.readString(MODULES.resolve(name));
          } catch (IOException absent) {
            throw new AssertionError(absent);
          }
        });
  }

  private static void assertPass(String how, Path client) throws Exception {
    assumeTrue(isNodeHere(), "no Node of version 20 or later on the path");
    Path output = Path.of("target", "client", how.replace(' ', '-') + ".txt");
    Files.createDirectories(output.getParent());
    var builder =
        new ProcessBuilder("node", "--test", "--test-reporter=spec")
            .directory(TESTS.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("BOARDCAST_JS", client.toAbsolutePath().toString());
    var process = builder.start();
    boolean ended = process.waitFor(3, TimeUnit.MINUTES);
    if (!ended) process.destroyForcibly();
    String said = Files.readString(output);
    assertTrue(ended && process.exitValue() == 0, how + ":\n" + said);
    assertTrue(said.contains("pass "), said);
  }

  private static boolean isNodeHere() throws InterruptedException {
    try {
      var check = "process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)";
      return new ProcessBuilder("node", "-e", check).start().waitFor() == 0;
    } catch (IOException absent) {
      return false;
    }
  }
}
