package dev.boardcast.server.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.TestServers;
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

/** Nodes and servers that die, and the start after that. */
class EmbeddedFaultsIT {
  @TempDir Path dir;

  @Test
  void theNextNodeUsesTheServersOfAKilledNode() throws Exception {
    List<ProcessHandle> processes;
    try (var node = ChildNode.start(dir, TestServers.BINARIES)) {
      var pair = ServerPair.of(dir, node.uris());
      pair.store("kept");
      processes = pair.processes();
      node.kill();
    }
    var servers = start();
    var pair = ServerPair.of(dir, servers);
    assertEquals(processes, pair.processes());
    assertEquals(List.of("kept", "kept"), pair.stored());

    servers.close();
    assertTrue(pair.isStopped());
  }

  @Test
  void ctrlCStopsTheServersOfTheLastNodeOnly() throws Exception {
    try (var first = ChildNode.start(dir, TestServers.BINARIES)) {
      var pair = ServerPair.of(dir, first.uris());
      pair.store("kept");
      var processes = pair.processes();
      try (var second = ChildNode.start(dir, TestServers.BINARIES)) {
        assertEquals(pair.uris(), second.uris());

        first.interrupt();
        assertEquals(processes, pair.processes());
        assertEquals(List.of("kept", "kept"), pair.stored());

        second.interrupt();
        assertTrue(pair.isStopped());
      }
    }
  }

  @Test
  void ctrlCDuringTheFirstStartLeavesNoProcess() throws Exception {
    try (var node = ChildNode.start(dir, TestServers.BINARIES)) {
      await(() -> Files.exists(dir.resolve("redis/redis.pid")));
      node.interrupt();
    }
    assertTrue(new ServerPair(EmbeddedDirectories.in(dir), List.of()).isStopped());
    try (var servers = start()) {
      ServerPair.of(dir, servers).store("usable");
    }
  }

  @Test
  void killedServersRestartWithCommittedData() throws Exception {
    try (var node = ChildNode.start(dir, TestServers.BINARIES)) {
      var pair = ServerPair.of(dir, node.uris());
      pair.store("kept");
      // Redis writes at least each second; PostgreSQL has nothing but its log to recover from.
      await(() -> containsWord(dir.resolve("redis/appendonly.aof"), "kept"));
      node.kill();
      ServerPair.kill(pair.directories().postgresProcess());
      ServerPair.kill(pair.directories().redisProcess());
    }
    try (var servers = start()) {
      assertEquals(List.of("kept", "kept"), ServerPair.of(dir, servers).stored());
    }
  }

  @Test
  void aBackendThatOutlivesAKilledPostgresDoesNotPreventARestart() throws Exception {
    try (var node = ChildNode.start(dir, TestServers.BINARIES)) {
      var pair = ServerPair.of(dir, node.uris());
      pair.store("kept");
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
        await(() -> isBackendActive(pair));
        ServerPair.kill(pair.directories().postgresProcess());

        try (var servers = start()) {
          assertEquals(List.of("kept", "kept"), ServerPair.of(dir, servers).stored());
        }
        computing.join();
      }
    }
  }

  @Test
  void aPidFileWithThePidOfAnotherProgramIsIgnored() throws Exception {
    try (var servers = start()) {
      ServerPair.of(dir, servers).store("kept");
    }
    long other = ProcessHandle.current().pid();
    Files.writeString(dir.resolve("postgres/postmaster.pid"), other + "\n" + dir + "/postgres\n");
    Files.writeString(dir.resolve("redis/redis.pid"), other + "\n");

    try (var servers = start()) {
      assertEquals(List.of("kept", "kept"), ServerPair.of(dir, servers).stored());
    }
    assertTrue(ProcessHandle.current().isAlive());
  }

  @Test
  void twoConcurrentFirstStartsShareTheServers() throws Exception {
    var data = dir.resolve("data");
    var binaries = dir.resolve("binaries");
    try (var one = ChildNode.start(data, binaries);
        var two = ChildNode.start(data, binaries)) {
      var uris = one.uris();
      assertEquals(uris, two.uris());
      ServerPair.of(data, uris).store("shared");
    }
    assertTrue(new ServerPair(EmbeddedDirectories.in(data), List.of()).isStopped());
  }

  @Test
  void aServerThatDiesIsRestartedOnItsPortWithItsData() throws Exception {
    try (var servers = start()) {
      var pair = ServerPair.of(dir, servers);
      pair.store("kept");
      await(() -> containsWord(dir.resolve("redis/appendonly.aof"), "kept"));
      var before = pair.processes();

      ServerPair.kill(pair.directories().redisProcess());
      ServerPair.kill(pair.directories().postgresProcess());

      var both = List.of(servers.postgres(), servers.redis());
      await(() -> both.stream().allMatch(EmbeddedServer::isAlive));
      both.forEach(EmbeddedServer::start);
      assertEquals(List.of("kept", "kept"), pair.stored());
      assertTrue(pair.processes().stream().noneMatch(before::contains));
    }
  }

  private EmbeddedServers start() {
    return EmbeddedServers.start(
        new EmbeddedServers.Options(dir, TestServers.BINARIES, true, true, 16, List.of()));
  }

  private static boolean isBackendActive(ServerPair pair) {
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
      assertTrue(!deadline.isOver(), "not within 30 s");
      deadline.pause();
    }
  }
}
