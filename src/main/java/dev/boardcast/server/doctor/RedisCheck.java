package dev.boardcast.server.doctor;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.TlsFailure;
import dev.boardcast.database.TrustedCertificates;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Checks that Redis answers, with a certificate that is trusted, and is no cluster. */
final class RedisCheck {
  private static final int LIMIT_SECONDS = 5;
  private static final String ROOT_CERT = "redis-root-cert";

  private RedisCheck() {}

  /** Blocks for at most some seconds. */
  static Finding check(DatabaseConfig config) {
    String server = "redis " + config.redisHostAndPort();
    var vertx = Vertx.vertx();
    try {
      var redis = Redis.createClient(vertx, options(config));
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
      Throwable cause = failure.getCause();
      return Finding.problem(
          TlsFailure.of(cause)
              .map(tls -> tls.message(server, ROOT_CERT, cause) + ": check redis and " + ROOT_CERT)
              .orElseGet(
                  () ->
                      "%s cannot be used (%s): check address and password in redis"
                          .formatted(server, cause.getMessage())));
    } catch (IllegalArgumentException unreadable) {
      return Finding.problem(unreadable.getMessage());
    } catch (TimeoutException late) {
      return Finding.problem(server + " does not answer: check the address in redis");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Finding.problem(server + " was not asked to the end");
    } finally {
      vertx.close();
    }
  }

  /** Trusts what a node trusts. */
  private static RedisOptions options(DatabaseConfig config) {
    var options = new RedisOptions().setConnectionString(config.redisUri());
    if (!config.redisUri().startsWith("rediss://")) return options;
    return options.setNetClientOptions(
        new NetClientOptions()
            .setSsl(true)
            .setHostnameVerificationAlgorithm("HTTPS")
            .setTrustOptions(TrustedCertificates.of(ROOT_CERT, config.tls().redisRootCert())));
  }
}
