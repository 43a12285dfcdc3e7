package dev.boardcast.server.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.TestServers;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

class EmbeddedServersIT {
  @TempDir Path dir;

  @Test
  void dataAndAddressesAreKeptBetweenRuns() throws Exception {
    List<String> uris;
    try (var servers = start()) {
      var pair = ServerPair.of(dir, servers);
      pair.store("kept");
      uris = pair.uris();
    }
    try (var servers = start()) {
      var pair = ServerPair.of(dir, servers);
      assertEquals(uris, pair.uris());
      assertEquals(List.of("kept", "kept"), pair.stored());
    }
  }

  @Test
  void committedDataIsOnDisk() throws Exception {
    try (var servers = start()) {
      var sql = ServerPair.of(dir, servers).sql();
      assertEquals(List.of("on"), sql.column("SHOW fsync"));
      assertEquals(List.of("on"), sql.column("SHOW synchronous_commit"));
      assertEquals(List.of("on"), sql.column("SHOW full_page_writes"));
      assertEquals(List.of("300"), sql.column("SHOW max_connections"));
    }
  }

  @Test
  void bothServersRequireThePassword() {
    try (var servers = start()) {
      var postgres = URI.create(servers.postgresUri());
      var redis = URI.create(servers.redisUri());
      assertThrows(
          SQLException.class,
          () ->
              DriverManager.getConnection(
                  "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/boardcast",
                  "boardcast",
                  "guess"));
      try (var stranger = new Jedis("127.0.0.1", redis.getPort())) {
        assertThrows(JedisDataException.class, () -> stranger.get("memory"));
      }
    }
  }

  @Test
  void theLastCloseStopsBothProcesses() {
    var first = start();
    var second = start();
    var processes = ServerPair.of(dir, first).processes();

    first.close();
    assertEquals(processes, ServerPair.of(dir, second).processes());

    second.close();
    second.close();
    assertTrue(ServerPair.of(dir, second).isStopped());
    assertFalse(processes.stream().anyMatch(process -> process.info().command().isPresent()));
  }

  @Test
  void aPortTakenByAnotherProgramIsReplaced() throws Exception {
    int taken;
    try (var servers = start()) {
      ServerPair.of(dir, servers).store("kept");
      taken = URI.create(servers.redisUri()).getPort();
    }
    try (var other = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress());
        var servers = start()) {
      assertNotEquals(other.getLocalPort(), URI.create(servers.redisUri()).getPort());
      assertEquals(List.of("kept", "kept"), ServerPair.of(dir, servers).stored());
    }
  }

  @Test
  void aFailedStartNamesTheServerWithItsLogAndLeavesNothingRunning() throws Exception {
    start().close();
    Files.writeString(dir.resolve("postgres/PG_VERSION"), "9.6\n");

    var failure = assertThrows(EmbeddedServerException.class, this::start);

    assertTrue(failure.getMessage().startsWith("PostgreSQL did not start"), failure.getMessage());
    assertTrue(failure.getMessage().contains("incompatible"), failure.getMessage());
    assertTrue(EmbeddedDirectories.in(dir).redisProcess().find().isEmpty());
    assertFalse(UsageLock.isAnyHeld(dir.resolve("users")));
  }

  @Test
  void aMissingPasswordFailsBeforeAnythingStarts() throws Exception {
    start().close();
    Files.delete(dir.resolve("servers.properties"));

    var failure = assertThrows(EmbeddedServerException.class, this::start);

    assertTrue(failure.getMessage().contains("servers.properties"), failure.getMessage());
  }

  private EmbeddedServers start() {
    return EmbeddedServers.start(
        new EmbeddedServers.Options(dir, TestServers.BINARIES, true, true, 16, List.of()));
  }
}
