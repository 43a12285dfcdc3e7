package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestServers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/** A Redis that is a member of a cluster: it answers PING, and MOVED for keys of others. */
@Timeout(120)
class RedisClusterIT {
  @TempDir private Path directory;

  @Test
  void isNamedAndAskedNoMore() throws Exception {
    int owner = FreePorts.one();
    int member = FreePorts.one();
    Process first = start(owner);
    Process second = start(member);
    var vertx = Vertx.vertx();
    try {
      call(
          owner,
          Stream.concat(
                  Stream.of("ADDSLOTS"), IntStream.range(0, 16_384).mapToObj(Integer::toString))
              .toArray(String[]::new));
      call(member, "MEET", "127.0.0.1", Integer.toString(owner));
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> call(member, "INFO").contains("cluster_state:ok"));
      var config =
          Settings.of(
              DatabaseConfig.class,
              "pg=" + Services.get().freshDatabase().postgresUri(),
              "redis=redis://127.0.0.1:" + member,
              "redis-timeout=10s");
      var redis = new RedisSnapshots(vertx, "test", config, Duration.ofMinutes(1));
      redis.ping().await(10, TimeUnit.SECONDS);

      for (Future<?> refused : new Future<?>[] {redis.get("routing"), redis.get("tasks")}) {
        assertRefused(refused, member);
      }
      assertRefused(redis.ping(), member);
      redis.close().await(10, TimeUnit.SECONDS);
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
      first.destroyForcibly().waitFor();
      second.destroyForcibly().waitFor();
    }
  }

  private static void assertRefused(Future<?> asked, int port) {
    var failure =
        Assertions.assertThrows(
            ExecutionException.class,
            () -> asked.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS));
    assertInstanceOf(RedisClusterException.class, failure.getCause());
    assertTrue(
        failure.getMessage().contains("127.0.0.1:" + port + " is a member of a Redis Cluster"),
        failure.getMessage());
  }

  private Process start(int port) throws IOException {
    Services.get();
    Path home = Files.createDirectory(directory.resolve("redis-" + port));
    Path program;
    try (var unpacked = Files.newDirectoryStream(TestServers.BINARIES, "redis-*")) {
      program = unpacked.iterator().next().resolve("redis-server").toAbsolutePath();
    }
    var process =
        new ProcessBuilder(
                program.toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--cluster-enabled",
                "yes",
                "--save",
                "")
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log").toFile())
            .start();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> call(port, "INFO").contains("cluster_"));
    return process;
  }

  private static String call(int port, String... arguments) {
    try (var redis = new Jedis("127.0.0.1", port)) {
      Object answer = redis.sendCommand(Protocol.Command.CLUSTER, arguments);
      return new String((byte[]) answer, StandardCharsets.UTF_8);
    }
  }
}
