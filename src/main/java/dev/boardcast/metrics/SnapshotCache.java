package dev.boardcast.metrics;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The latest snapshot of each board, from the nearest place that has it: this node's memory (heard
 * on the bus), Redis, PostgreSQL, and at last what was known before, marked as stale.
 *
 * <ul>
 *   <li>While the board's holder is heard, reading costs nothing outside this process.
 *   <li>Otherwise one look-up per board runs at a time, whoever waits, and holds for a while.
 * </ul>
 *
 * One per node. Thread safe; futures complete on the caller's context.
 */
public final class SnapshotCache {
  /** Where a snapshot was read. */
  public enum Source {
    MEMORY,
    REDIS,
    POSTGRES,
    LAST_KNOWN,
    NONE
  }

  private static final String SELECT =
      "SELECT version, computed_at, data::text AS data FROM board_state WHERE board = $1";
  // A heartbeat may be late.
  private static final Duration GRACE = Duration.ofMillis(1500);

  private final Vertx vertx;
  private final Pool pool;
  private final TypedBus bus;
  private final Clock clock;
  private final Duration heard;
  private final Duration lookedUp;
  private final Duration databaseWait;
  private final RedisSnapshots redis;
  private final LatestSnapshots known = new LatestSnapshots(System::nanoTime);
  private final Map<String, Future<Optional<Snapshot>>> lookUps = new ConcurrentHashMap<>();
  private final AtomicLongArray reads = new AtomicLongArray(Source.values().length);
  private final MeterRegistry meters;
  private final List<FunctionCounter> counters;
  private volatile MessageConsumer<Snapshot> subscription;

  /**
   * Does not close the pool.
   *
   * @param cluster prefix of the keys in Redis
   * @param meters gets {@code boardcast_snapshot_reads_total} by {@code source}
   */
  public SnapshotCache(
      Vertx vertx,
      String cluster,
      DatabaseConfig db,
      Pool pool,
      TypedBus bus,
      MetricsConfig config,
      Clock clock,
      MeterRegistry meters) {
    this.vertx = vertx;
    this.pool = pool;
    this.bus = bus;
    this.clock = clock;
    heard = config.heartbeat().plus(GRACE);
    lookedUp = config.minInterval();
    databaseWait = db.connectTimeout();
    redis = new RedisSnapshots(vertx, cluster, db, config.cacheTtl());
    this.meters = meters;
    counters = Arrays.stream(Source.values()).map(this::counter).toList();
  }

  /** Begins to listen to the bus. */
  public Future<Void> start() {
    return bus.subscribe(Addresses.SNAPSHOTS, snapshot -> known.learn(snapshot, heard))
        .onSuccess(consumer -> subscription = consumer)
        .mapEmpty();
  }

  /** Ends listening and leaves Redis. */
  public Future<Void> close() {
    var consumer = subscription;
    Future<Void> unsubscribed = consumer == null ? Future.succeededFuture() : consumer.unregister();
    counters.forEach(meters::remove);
    return unsubscribed.eventually(redis::close);
  }

  /** Whether Redis answers: fails when it does not, in time. */
  public Future<Void> ping() {
    return redis.ping();
  }

  /** Makes a snapshot known to all nodes that read; never fails: Redis may be away. */
  public Future<Void> put(Snapshot snapshot) {
    known.learn(snapshot, heard);
    return redis.put(snapshot).otherwiseEmpty();
  }

  /**
   * The latest snapshot.
   *
   * @return empty when none was ever computed, or none can be reached and none is known; marked as
   *     stale when it could not be checked; never fails
   */
  public Future<Optional<Snapshot>> latest(String board) {
    var fresh = known.fresh(board);
    if (fresh.isPresent()) {
      reads.incrementAndGet(Source.MEMORY.ordinal());
      return Future.succeededFuture(fresh);
    }
    var mine = Promise.<Optional<Snapshot>>promise();
    var running = lookUps.putIfAbsent(board, mine.future());
    if (running != null) return here(running);
    var found = here(mine.future());
    Future.succeededFuture()
        .compose(start -> lookUp(board))
        .onComplete(
            (snapshot, failure) -> {
              lookUps.remove(board);
              mine.complete(failure == null ? snapshot : Optional.empty());
            });
    return found;
  }

  /** How many reads were answered from there, those of one look-up counted once. */
  public long reads(Source source) {
    return reads.get(source.ordinal());
  }

  private FunctionCounter counter(Source source) {
    return FunctionCounter.builder("boardcast.snapshot.reads", this, cache -> cache.reads(source))
        .description("Reads of snapshots, by where they were found")
        .tag("source", source.name().toLowerCase(Locale.ROOT))
        .register(meters);
  }

  private Future<Optional<Snapshot>> lookUp(String board) {
    return redis
        .get(board)
        .otherwise(Optional.empty())
        .compose(
            cached -> {
              cached.ifPresent(snapshot -> known.learn(snapshot, Duration.ZERO));
              if (cached.filter(this::isCurrent).isPresent()) return found(Source.REDIS, cached);
              return stored(board)
                  .compose(stored -> found(Source.POSTGRES, stored))
                  .recover(away -> lastKnown(board));
            });
  }

  private Future<Optional<Snapshot>> lastKnown(String board) {
    return found(
        Source.LAST_KNOWN, known.any(board).map(last -> last.resent(clock.instant(), true)));
  }

  private Future<Optional<Snapshot>> found(Source source, Optional<Snapshot> snapshot) {
    reads.incrementAndGet((snapshot.isPresent() ? source : Source.NONE).ordinal());
    snapshot.ifPresent(found -> known.learn(found, lookedUp));
    return Future.succeededFuture(snapshot);
  }

  /** Whether its holder was alive just now. */
  private boolean isCurrent(Snapshot cached) {
    return Duration.between(cached.timestamp(), clock.instant()).compareTo(heard) <= 0;
  }

  private Future<Optional<Snapshot>> stored(String board) {
    return pool.preparedQuery(SELECT)
        .execute(Tuple.of(board))
        .timeout(databaseWait.toMillis(), TimeUnit.MILLISECONDS)
        .map(
            rows -> {
              for (Row row : rows) return Optional.of(snapshot(board, row));
              return Optional.empty();
            });
  }

  private Snapshot snapshot(String board, Row row) {
    Instant now = clock.instant();
    return new Snapshot(
        board,
        row.getLong("version"),
        row.getOffsetDateTime("computed_at").toInstant(),
        now,
        false,
        RawJson.of(row.getString("data")));
  }

  /** A look-up is shared by callers on several event loops: each is answered on its own. */
  private <T> Future<T> here(Future<T> shared) {
    var context = vertx.getOrCreateContext();
    var answer = Promise.<T>promise();
    shared.onComplete(
        (value, failure) -> context.runOnContext(back -> answer.complete(value, failure)));
    return answer.future();
  }
}
