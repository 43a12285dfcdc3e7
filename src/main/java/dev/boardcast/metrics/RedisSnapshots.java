package dev.boardcast.metrics;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the latest snapshot of each board in Redis, under {@code <cluster>:snapshot:<board>}.
 *
 * <ul>
 *   <li>An older version never replaces a newer one, in whatever order they are written.
 *   <li>While Redis is unavailable, one read per second waits for it, at most {@link
 *       DatabaseConfig#redisTimeout}; all others fail at once. Redis is used again as soon as it
 *       answers.
 * </ul>
 *
 * Thread safe.
 */
final class RedisSnapshots {
  private static final Logger LOG = LoggerFactory.getLogger(RedisSnapshots.class);
  private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
  // Versions have 13 digits: exact in Lua's numbers.
  private static final String PUT_UNLESS_OLDER =
      """
      local known = redis.call('HGET', KEYS[1], 'version')
      if known and tonumber(known) > tonumber(ARGV[1]) then return 0 end
      redis.call('HSET', KEYS[1], 'version', ARGV[1], 'snapshot', ARGV[2])
      redis.call('PEXPIRE', KEYS[1], ARGV[3])
      return 1""";

  private final Redis redis;
  private final String prefix;
  private final Duration ttl;
  private final Duration timeout;
  private final CircuitBreaker breaker = new CircuitBreaker(RETRY_PAUSE, System::nanoTime);

  RedisSnapshots(Vertx vertx, String cluster, DatabaseConfig config, Duration ttl) {
    this.prefix = cluster + ":snapshot:";
    this.ttl = ttl;
    this.timeout = config.redisTimeout();
    var transport =
        new NetClientOptions()
            .setConnectTimeout((int) timeout.toMillis())
            .setTcpNoDelay(true)
            .setTcpKeepAlive(true)
            .setHostnameVerificationAlgorithm("HTTPS")
            // Closes a connection that no longer answers, and fails the commands on it.
            .setIdleTimeout(30);
    redis =
        Redis.createClient(
            vertx,
            new RedisOptions()
                .setConnectionString(config.redisUri())
                .setNetClientOptions(transport)
                .setMaxPoolSize(4)
                .setMaxPoolWaiting(64)
                .setMaxWaitingHandlers(256)
                .setPoolName("boardcast"));
  }

  /** Stores a snapshot until its time to live ends; fails when Redis is unavailable. */
  Future<Void> put(Snapshot snapshot) {
    var request =
        Request.cmd(Command.EVAL)
            .arg(PUT_UNLESS_OLDER)
            .arg(1)
            .arg(prefix + snapshot.board())
            .arg(snapshot.version())
            .arg(Json.encode(snapshot))
            .arg(ttl.toMillis());
    return send(request).mapEmpty();
  }

  /** Returns the latest snapshot, empty when Redis has none; fails when Redis is unavailable. */
  Future<Optional<Snapshot>> get(String board) {
    if (!breaker.allows()) return Future.failedFuture(new TimeoutException("Redis is away"));
    return send(Request.cmd(Command.HGET).arg(prefix + board).arg("snapshot")).map(this::decode);
  }

  /** Fails when Redis does not answer in time. */
  Future<Void> ping() {
    return send(Request.cmd(Command.PING)).mapEmpty();
  }

  Future<Void> close() {
    return redis.close();
  }

  private Future<Response> send(Request request) {
    return redis
        .send(request)
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .onSuccess(
            answer -> {
              if (breaker.succeeded()) LOG.info("Redis is back");
            })
        .onFailure(
            cause -> {
              if (breaker.failed()) LOG.warn("Redis is away: {}", cause.toString());
            });
  }

  private Optional<Snapshot> decode(Response answer) {
    if (answer == null) return Optional.empty();
    try {
      return Optional.of(Json.MAPPER.readValue(answer.toBytes(), Snapshot.class));
    } catch (IOException notOurs) {
      LOG.debug("not a snapshot in Redis", notOurs);
      return Optional.empty();
    }
  }
}
