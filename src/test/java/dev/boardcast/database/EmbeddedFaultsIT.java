package dev.boardcast.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.server.embedded.EmbeddedDirectories;
import dev.boardcast.server.embedded.EmbeddedOptions;
import dev.boardcast.server.embedded.EmbeddedServer;
import dev.boardcast.server.embedded.EmbeddedServers;
import dev.boardcast.server.embedded.PollingWait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left when processes die, and what the next start makes of it. */
class EmbeddedFaultsIT {
  @TempDir Path dir;

  @Test
  void theServersOfAKilledNodeAreTakenOverWithTheirData() throws Exception {
    List<ProcessHandle> processes;
    try (var node = ChildNode.start(dir, TestServers.BINARIES)) {
      var pair = Pair.of(dir, node.uris());
      pair.remember("kept");
      processes = pair.processes();
      node.kill();
    }
    var servers = start();
    var pair = Pair.of(dir, servers);
    assertEquals(processes, pair.processes());
    assertEquals(List.of("kept", "kept"), pair.recall());

    servers.close();
    assertTrue(pair.isGone());
  }

  @Test
  void ctrlCOfTheFirstNodeLeavesTheServersToTheSecondAndCtrlCOfTheLastStopsThem() throws Exception {
    try (var first = ChildNode.start(dir, TestServers.BINARIES)) {
      var pair = Pair.of(dir, first.uris());
      pair.remember("kept");
      var processes = pair.processes();
      try (var second = ChildNode.start(dir, TestServers.BINARIES)) {
        assertEquals(pair.uris(), second.uris());

        first.interrupt();
        assertEquals(processes, pair.processes());
        assertEquals(List.of("kept", "kept"), pair.recall());

        second.interrupt();
        assertTrue(pair.isGone());
      }
    }
  }

  @Test
  void ctrlCDuringAFirstStartLeavesNoProcess() throws Exception {
    try (var node = ChildNode.start(dir, TestServers.BINARIES)) {
      await(() -> Files.exists(dir.resolve("redis/redis.pid")));
      node.interrupt();
    }
    assertTrue(new Pair(EmbeddedDirectories.in(dir), List.of()).isGone());
    try (var servers = start()) {
      Pair.of(dir, servers).remember("usable");
    }
  }

  @Test
  void killedServersComeBackWithWhatWasCommitted() throws Exception {
    try (var node = ChildNode.start(dir, TestServers.BINARIES)) {
      var pair = Pair.of(dir, node.uris());
      pair.remember("kept");
      // Redis writes at least each second; PostgreSQL has nothing but its log to recover from.
      await(() -> containsWord(dir.resolve("redis/appendonly.aof"), "kept"));
      node.kill();
      Pair.kill(pair.home().postgresProcess());
      Pair.kill(pair.home().redisProcess());
    }
    try (var servers = start()) {
      assertEquals(List.of("kept", "kept"), Pair.of(dir, servers).recall());
    }
  }

  @Test
  void aSessionThatOutlivesAKilledPostgresDoesNotKeepItFromComingBack() throws Exception {
    try (var node = ChildNode.start(dir, TestServers.BINARIES)) {
      var pair = Pair.of(dir, node.uris());
      pair.remember("kept");
      node.kill();
      try (var connection = pair.sql().connect();
          var statement = connection.createStatement()) {
        statement.execute("SET statement_timeout = '60s'");
        var computing =
            CompletableFuture.runAsync(
                () ->
                    assertThrows(
                        SQLException.class,
                        () -> statement.execute("SELECT count(*) FROM generate_series(1, 1e10)")));
        await(() -> isComputing(pair));
        Pair.kill(pair.home().postgresProcess());

        try (var servers = start()) {
          assertEquals(List.of("kept", "kept"), Pair.of(dir, servers).recall());
        }
        computing.join();
      }
    }
  }

  @Test
  void pidFilesThatNameAnotherProgramAreNotBelieved() throws Exception {
    try (var servers = start()) {
      Pair.of(dir, servers).remember("kept");
    }
    long other = ProcessHandle.current().pid();
    Files.writeString(dir.resolve("postgres/postmaster.pid"), other + "\n" + dir + "/postgres\n");
    Files.writeString(dir.resolve("redis/redis.pid"), other + "\n");

    try (var servers = start()) {
      assertEquals(List.of("kept", "kept"), Pair.of(dir, servers).recall());
    }
    assertTrue(ProcessHandle.current().isAlive());
  }

  @Test
  void twoFirstStartsAtOnceGiveOnePair() throws Exception {
    var data = dir.resolve("data");
    var binaries = dir.resolve("binaries");
    try (var one = ChildNode.start(data, binaries);
        var two = ChildNode.start(data, binaries)) {
      var uris = one.uris();
      assertEquals(uris, two.uris());
      Pair.of(data, uris).remember("shared");
    }
    assertTrue(new Pair(EmbeddedDirectories.in(data), List.of()).isGone());
  }

  @Test
  void aServerThatDiesIsStartedAgainAtTheSameAddressWithItsData() throws Exception {
    try (var servers = start()) {
      var pair = Pair.of(dir, servers);
      pair.remember("kept");
      await(() -> containsWord(dir.resolve("redis/appendonly.aof"), "kept"));
      var before = pair.processes();

      Pair.kill(pair.home().redisProcess());
      Pair.kill(pair.home().postgresProcess());

      await(() -> servers.servers().stream().allMatch(EmbeddedServer::alive));
      servers.servers().forEach(EmbeddedServer::start);
      assertEquals(List.of("kept", "kept"), pair.recall());
      assertTrue(pair.processes().stream().noneMatch(before::contains));
    }
  }

  private EmbeddedServers start() {
    return EmbeddedServers.start(new EmbeddedOptions(dir, TestServers.BINARIES, true, true, 16));
  }

  private static boolean isComputing(Pair pair) {
    try {
      return pair.sql()
          .column(
              """
              SELECT state FROM pg_stat_activity
              WHERE query LIKE '%generate_series%' AND pid <> pg_backend_pid()""")
          .contains("active");
    } catch (SQLException cause) {
      throw new IllegalStateException(cause);
    }
  }

  private static boolean containsWord(Path file, String word) {
    try {
      return Files.readString(file).contains(word);
    } catch (IOException absent) {
      return false;
    }
  }

  private static void await(BooleanSupplier condition) {
    var deadline = new PollingWait(Duration.ofSeconds(30));
    while (!condition.getAsBoolean()) {
      assertTrue(!deadline.passed(), "not within 30 s");
      deadline.pause();
    }
  }
}
