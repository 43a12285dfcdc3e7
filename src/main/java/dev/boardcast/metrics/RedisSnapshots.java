package dev.boardcast.metrics;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.TlsFailure;
import dev.boardcast.database.TrustedCertificates;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
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
  // Writers of one board at the same time: the holders of its lease before and after a handover.
  private static final int MAX_CONFLICTS = 5;
  private static final Pattern CLUSTER_ANSWERS =
      Pattern.compile("(MOVED|ASK|CROSSSLOT|CLUSTERDOWN) .*", Pattern.DOTALL);
  private static final String VERSION = "version";
  private static final String SNAPSHOT = "snapshot";
  private static final String ROOT_CERT = "redis-root-cert";

  private final Redis redis;
  private final String server;
  private final String prefix;
  private final Duration ttl;
  private final Duration timeout;
  // Until a restart: the address must be another one.
  private volatile boolean inCluster;
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
    server = "Redis at " + config.redisHostAndPort();
    if (config.redisUri().startsWith("rediss://")) {
      transport
          .setSsl(true)
          .setTrustOptions(TrustedCertificates.of(ROOT_CERT, config.tls().redisRootCert()));
    }
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

  /**
   * Stores a snapshot until its time to live ends; fails when Redis is unavailable. A transaction
   * and not a script: many a Redis has scripting switched off, as the embedded one does.
   */
  Future<Void> put(Snapshot snapshot) {
    if (inCluster) return Future.failedFuture(new RedisClusterException(server));
    return observed(
        redis
            .connect()
            .compose(
                connection ->
                    replaceOlder(connection, snapshot, MAX_CONFLICTS)
                        .eventually(connection::close)));
  }

  private Future<Void> replaceOlder(RedisConnection connection, Snapshot snapshot, int conflicts) {
    String key = prefix + snapshot.board();
    return connection
        .batch(List.of(cmd(Command.WATCH, key), cmd(Command.HGET, key, VERSION)))
        .compose(
            read -> {
              Response known = read.get(1);
              if (known != null && known.toLong() > snapshot.version()) {
                return connection.send(cmd(Command.UNWATCH)).<Void>mapEmpty();
              }
              return connection
                  .batch(replace(key, snapshot))
                  .compose(
                      answers ->
                          answers.get(answers.size() - 1) != null
                              ? Future.succeededFuture()
                              : conflict(connection, snapshot, conflicts));
            });
  }

  private List<Request> replace(String key, Snapshot snapshot) {
    return List.of(
        cmd(Command.MULTI),
        cmd(Command.HSET, key, VERSION, snapshot.version(), SNAPSHOT, Json.encode(snapshot)),
        cmd(Command.PEXPIRE, key, ttl.toMillis()),
        cmd(Command.EXEC));
  }

  /** Another version was written meanwhile. */
  private Future<Void> conflict(RedisConnection connection, Snapshot snapshot, int left) {
    return left > 0
        ? replaceOlder(connection, snapshot, left - 1)
        : Future.failedFuture(new ConcurrentModificationException(snapshot.board()));
  }

  /** Returns the latest snapshot, empty when Redis has none; fails when Redis is unavailable. */
  Future<Optional<Snapshot>> get(String board) {
    if (!breaker.allows()) return Future.failedFuture(new TimeoutException("Redis is away"));
    if (inCluster) return Future.failedFuture(new RedisClusterException(server));
    return send(cmd(Command.HGET, prefix + board, SNAPSHOT)).map(this::decode);
  }

  /**
   * Ends the copy of a board that contains one of the texts; not while Redis is away, where it
   * expires.
   *
   * @return how many copies were ended, 0 or 1
   */
  Future<Integer> purge(String board, Set<String> texts) {
    if (inCluster) return Future.succeededFuture(0);
    String key = prefix + board;
    return send(cmd(Command.HGET, key, SNAPSHOT))
        .compose(
            stored ->
                stored == null || texts.stream().noneMatch(stored.toString()::contains)
                    ? Future.succeededFuture(0)
                    // Not DEL, which users of Redis need not have for anything else.
                    : send(cmd(Command.PEXPIRE, key, 0)).map(1))
        .otherwise(0);
  }

  /** Fails when Redis does not answer in time. */
  Future<Void> ping() {
    return inCluster
        ? Future.failedFuture(new RedisClusterException(server))
        : send(cmd(Command.PING)).mapEmpty();
  }

  Future<Void> close() {
    return redis.close();
  }

  private static Request cmd(Command command, Object... arguments) {
    return Request.cmd(command, arguments);
  }

  private Future<Response> send(Request request) {
    return observed(redis.send(request));
  }

  /** Bounds the wait, and notices when Redis becomes unavailable or available again. */
  private <T> Future<T> observed(Future<T> answer) {
    return answer
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .recover(this::refuseCluster)
        .onSuccess(
            answered -> {
              if (breaker.succeeded()) LOG.info("Redis is back");
            })
        .onFailure(
            cause -> {
              if (breaker.failed()) LOG.warn("{}", problem(cause));
            });
  }

  /** A member of a cluster answers PING, and has a part of the keys: as if Redis came and went. */
  private <T> Future<T> refuseCluster(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    if (!CLUSTER_ANSWERS.matcher(message).matches()) return Future.failedFuture(cause);
    var refused = new RedisClusterException(server);
    if (!inCluster) LOG.error("{}", refused.getMessage());
    inCluster = true;
    return Future.failedFuture(refused);
  }

  private String problem(Throwable cause) {
    return TlsFailure.of(cause)
        .map(tls -> tls.message(server, ROOT_CERT, cause))
        .orElseGet(() -> "Redis is away: " + cause);
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
