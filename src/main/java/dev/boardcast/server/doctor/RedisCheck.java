package dev.boardcast.server.doctor;

import dev.boardcast.database.DatabaseConfig;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Checks that Redis answers and is no cluster. */
final class RedisCheck {
  private static final int LIMIT_SECONDS = 5;

  private RedisCheck() {}

  /** Blocks for at most some seconds. */
  static Finding check(DatabaseConfig config) {
    String server = "redis " + config.redisHostAndPort();
    var vertx = Vertx.vertx();
    try {
      var redis = Redis.createClient(vertx, config.redisUri());
      String info =
          redis
              .send(Request.cmd(Command.PING))
              .compose(
                  answered ->
                      redis
                          .send(Request.cmd(Command.INFO).arg("cluster"))
                          .map(answer -> answer.toString())
                          // Not every user may run it.
                          .otherwise(""))
              .toCompletionStage()
              .toCompletableFuture()
              .get(LIMIT_SECONDS, TimeUnit.SECONDS);
      return info.contains("cluster_enabled:1")
          ? Finding.problem(server + " is a member of a Redis Cluster: name a server that is not")
          : Finding.ok(server + " answers");
    } catch (ExecutionException failure) {
      String cause = String.valueOf(failure.getCause().getMessage());
      return Finding.problem(
          "%s cannot be used (%s): check address and password in redis".formatted(server, cause));
    } catch (TimeoutException late) {
      return Finding.problem(server + " does not answer: check the address in redis");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Finding.problem(server + " was not asked to the end");
    } finally {
      vertx.close();
    }
  }
}
