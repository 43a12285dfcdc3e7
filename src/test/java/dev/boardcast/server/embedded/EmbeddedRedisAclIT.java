package dev.boardcast.server.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.TestServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.SafeEncoder;

/** The embedded Redis has one user, who may do what Boardcast does and nothing else. */
@Timeout(120)
class EmbeddedRedisAclIT {
  @TempDir Path dir;

  @Test
  void onlyTheCommandsOfBoardcastAreAnswered() {
    try (var servers = start();
        var redis = new Jedis(URI.create(servers.redisUri()))) {
      redis.hset("key", "field", "value");
      redis.pexpire("key", 60_000);
      assertEquals("value", redis.hget("key", "field"));
      for (String command :
          List.of(
              "EVAL return\u00a01 0",
              "EVALSHA 00 0",
              "SCRIPT LOAD return\u00a01",
              "CONFIG GET *",
              "CONFIG SET dir /tmp",
              "ACL LIST",
              "DEBUG SLEEP 0",
              "MODULE LIST",
              "SAVE",
              "SLAVEOF 127.0.0.1 1",
              "SHUTDOWN",
              "FLUSHALL",
              "KEYS *",
              "GET key",
              "SORT key",
              "SETBIT key 0 1",
              "PFADD key a",
              "XADD key * a b",
              "RESTORE key 0 a",
              "SUBSCRIBE a",
              "MONITOR")) {
        var refused = assertThrows(JedisDataException.class, () -> call(redis, command), command);
        assertTrue(refused.getMessage().startsWith("NOPERM"), command + ": " + refused);
      }
    }
  }

  @Test
  void withoutThePasswordNothingIsAnswered() throws IOException {
    try (var servers = start()) {
      URI redis = URI.create(servers.redisUri());
      URI postgres = URI.create(servers.postgresUri());
      String ofPostgres = postgres.getUserInfo().split(":")[1];
      assertNotEquals(ofPostgres, redis.getUserInfo().split(":")[1]);
      try (var stranger = new Jedis(redis.getHost(), redis.getPort())) {
        for (String command : List.of("PING", "HGET key field", "EVAL return\u00a01 0", "INFO")) {
          var refused =
              assertThrows(JedisDataException.class, () -> call(stranger, command), command);
          assertTrue(refused.getMessage().startsWith("NOAUTH"), command + ": " + refused);
        }
        assertThrows(JedisDataException.class, () -> stranger.auth(ofPostgres));
        assertThrows(JedisDataException.class, () -> stranger.auth("default", ""));
      }
      assertTrue(
          Files.getPosixFilePermissions(dir.resolve("redis/redis.conf")).stream()
              .noneMatch(each -> each.name().startsWith("OTHERS")),
          "its passwords are for the owner");
    }
  }

  @Test
  void aServerOfAnEarlierReleaseIsReplacedAndItsDataKept() throws Exception {
    String password;
    try (var servers = start()) {
      ServerPair.of(dir, servers).store("kept");
      password = URI.create(servers.postgresUri()).getUserInfo().split(":")[1];
    }
    asOfAnEarlierRelease(password);
    try (var servers = start();
        var redis = new Jedis(URI.create(servers.redisUri()))) {
      assertEquals(List.of("kept", "kept"), ServerPair.of(dir, servers).stored());
      assertThrows(JedisDataException.class, () -> call(redis, "EVAL return\u00a01 0"));
      assertThrows(JedisDataException.class, () -> redis.auth(password));
    }
  }

  /** One password for both servers, and a running Redis whose default user may do everything. */
  private void asOfAnEarlierRelease(String password) throws Exception {
    Path endpoints = dir.resolve("servers.properties");
    var lines = Files.readAllLines(endpoints);
    lines.removeIf(line -> line.startsWith("redis.password"));
    Files.write(endpoints, lines);
    Path conf = dir.toRealPath().resolve("redis/redis.conf");
    var old =
        Files.readString(conf)
            .replaceAll("(?m)^user default .*$", "requirepass " + password)
            .replaceAll("(?m)^user boardcast .*\n", "");
    Files.writeString(conf, old);
    var binaries = EmbeddedBinaries.unpack(TestServers.BINARIES, EmbeddedPlatform.current());
    var launcher = new ProcessBuilder(binaries.redis().toString(), conf.toString()).start();
    assertEquals(0, launcher.waitFor());
  }

  /** Words are separated by spaces; no-break spaces are part of one. */
  private static Object call(Jedis redis, String command) {
    String[] words = command.split(" ");
    String[] arguments = Arrays.copyOfRange(words, 1, words.length);
    return redis.sendCommand(
        () -> SafeEncoder.encode(words[0]),
        Arrays.stream(arguments).map(each -> each.replace('\u00a0', ' ')).toArray(String[]::new));
  }

  private EmbeddedServers start() {
    return EmbeddedServers.start(
        new EmbeddedServers.Options(dir, TestServers.BINARIES, true, true, 16, List.of()));
  }
}
