package dev.boardcast.metrics;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.FactsHintPublisher;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.engine.SharedQuery;
import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.metrics.parts.PartSnapshots;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardPart;
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
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Returns the latest snapshot of each board, from the first of these that has it: this node's
 * memory (fed by the bus), Redis, PostgreSQL, and finally the last known snapshot, marked as stale.
 *
 * <ul>
 *   <li>While snapshots of the board arrive on the bus, reads are answered from memory.
 *   <li>Otherwise one look-up per board runs at a time, shared by all callers; its result counts as
 *       current for a while.
 *   <li>A caller who knows that a version exists gets an older one only from PostgreSQL, by a
 *       look-up that began after it asked. A caller who knows of none also takes the result of the
 *       look-up under way: that is no older than what this node has returned before the look-up
 *       began, and what was announced meanwhile replaces it.
 * </ul>
 *
 * One per node. Thread safe; futures complete on the caller's context.
 */
public final class SnapshotCache implements SnapshotSource {
  /**
   * How the cache reaches its sources.
   *
   * @param cluster prefix of the keys in Redis
   */
  public record Config(String cluster, DatabaseConfig database, MetricsConfig metrics) {}

  /** Where a snapshot was read. */
  enum Source {
    MEMORY,
    REDIS,
    POSTGRES,
    LAST_KNOWN,
    NONE
  }

  private static final String SELECT =
      "SELECT version, computed_at, data::text AS data FROM board_state WHERE board = $1";
  // How late a heartbeat may be.
  private static final Duration GRACE = Duration.ofMillis(1500);

  private final Vertx vertx;
  private final List<Board> boards;
  private final Pool pool;
  private final TypedBus bus;
  private final Clock clock;
  private final Duration freshFromBus;
  private final Duration freshFromLookUp;
  private final Duration databaseTimeout;
  private final RedisSnapshots redis;
  private final PartSnapshots parts;
  private final LatestSnapshots latest = new LatestSnapshots(System::nanoTime);
  private final Map<String, LookUps> lookUps = new ConcurrentHashMap<>();
  private final AtomicLongArray reads = new AtomicLongArray(Source.values().length);
  private final MeterRegistry meters;
  private final List<FunctionCounter> counters;
  private volatile MessageConsumer<Snapshot> subscription;

  /**
   * Does not close the pool.
   *
   * @param meters gets {@code boardcast_snapshot_reads_total} by {@code source}
   */
  public SnapshotCache(
      Vertx vertx, Config config, Pool pool, TypedBus bus, Clock clock, MeterRegistry meters) {
    this(vertx, config, pool, bus, clock, meters, List.of());
  }

  /**
   * As above.
   *
   * @param boards whose parts are read
   */
  public SnapshotCache(
      Vertx vertx,
      Config config,
      Pool pool,
      TypedBus bus,
      Clock clock,
      MeterRegistry meters,
      List<Board> boards) {
    this.vertx = vertx;
    this.boards = boards;
    this.pool = pool;
    this.bus = bus;
    this.clock = clock;
    var metrics = config.metrics();
    freshFromBus = metrics.heartbeat().plus(GRACE);
    freshFromLookUp = metrics.minInterval();
    var hints = new FactsHintPublisher(vertx, bus);
    parts = new PartSnapshots(boards, pool, clock, freshFromLookUp, hints::committed, meters);
    databaseTimeout = config.database().connectTimeout();
    redis = new RedisSnapshots(vertx, config.cluster(), config.database(), metrics.cacheTtl());
    this.meters = meters;
    counters = Arrays.stream(Source.values()).map(this::counter).toList();
  }

  /** Subscribes to snapshots on the bus. */
  public Future<Void> start() {
    return bus.subscribe(Addresses.SNAPSHOTS, this::announced)
        .onSuccess(consumer -> subscription = consumer)
        .mapEmpty();
  }

  private void announced(Snapshot snapshot) {
    if (BoardPart.isPart(snapshot.board())) parts.announced(snapshot);
    else latest.announced(snapshot, freshFromBus);
  }

  /** Ends the subscription and closes the connections to Redis. */
  public Future<Void> close() {
    var consumer = subscription;
    Future<Void> unsubscribed = consumer == null ? Future.succeededFuture() : consumer.unregister();
    counters.forEach(meters::remove);
    return unsubscribed.eventually(redis::close);
  }

  /** Fails when Redis does not answer in time. */
  public Future<Void> ping() {
    return redis.ping();
  }

  /**
   * Ends the copies in Redis that contain one of the texts; never fails: Redis may be away.
   *
   * @return how many were ended
   */
  public Future<Integer> purge(Set<String> texts) {
    Future<Integer> purged = Future.succeededFuture(0);
    for (Board board : boards) {
      purged = purged.compose(before -> redis.purge(board.name(), texts).map(one -> before + one));
    }
    return purged;
  }

  /** Stores a snapshot for all nodes; never fails: Redis may be away. */
  public Future<Void> put(Snapshot snapshot) {
    // Parts are many, and found in the database as quickly.
    if (BoardPart.isPart(snapshot.board())) {
      parts.announced(snapshot);
      return Future.succeededFuture();
    }
    latest.announced(snapshot, freshFromBus);
    return redis.put(snapshot).otherwiseEmpty();
  }

  /**
   * Returns the latest snapshot.
   *
   * @return empty when none was ever computed, or no source answers and none is known; marked as
   *     stale when no source answers; never fails
   */
  @Override
  public Future<Optional<Snapshot>> latest(String board) {
    return latest(board, 0);
  }

  @Override
  public Future<Optional<Snapshot>> latest(String board, long version) {
    if (BoardPart.isPart(board)) return onCaller(parts.latest(board, version));
    var fresh = latest.fresh(board).filter(snapshot -> snapshot.version() >= version);
    if (fresh.isPresent()) {
      reads.incrementAndGet(Source.MEMORY.ordinal());
      return Future.succeededFuture(fresh);
    }
    return onCaller(lookUps.computeIfAbsent(board, LookUps::new).ask(version));
  }

  @Override
  public Future<Map<String, Long>> versions(Collection<String> names) {
    return onCaller(parts.versions(names));
  }

  private <T> Future<T> onCaller(Future<T> found) {
    var caller = vertx.getOrCreateContext();
    var answer = Promise.<T>promise();
    found.onComplete(
        (result, failure) -> caller.runOnContext(back -> answer.complete(result, failure)));
    return answer.future();
  }

  /** How many reads a source answered; a shared look-up counts once. */
  public long reads(Source source) {
    return reads.get(source.ordinal());
  }

  private FunctionCounter counter(Source source) {
    return FunctionCounter.builder("boardcast.snapshot.reads", this, cache -> cache.reads(source))
        .description("Reads of snapshots, by where they were found")
        .tag("source", source.name().toLowerCase(Locale.ROOT))
        .register(meters);
  }

  /** The look-ups of one board. Thread safe. */
  private final class LookUps {
    private final String board;
    private final AtomicLong wanted = new AtomicLong();
    private final SharedQuery<Optional<Snapshot>> query = new SharedQuery<>(this::run);

    LookUps(String board) {
      this.board = board;
    }

    Future<Optional<Snapshot>> ask(long version) {
      wanted.accumulateAndGet(version, Math::max);
      return query.ask(
          found -> version == 0 || found.filter(each -> each.version() >= version).isPresent());
    }

    private Future<Optional<Snapshot>> run() {
      long version = wanted.getAndSet(0);
      long askedNanos = System.nanoTime();
      return Future.succeededFuture()
          .compose(start -> lookUp(board, version))
          .map(found -> found.map(snapshot -> latest.newest(snapshot, askedNanos)))
          .otherwise(Optional.empty());
    }
  }

  private Future<Optional<Snapshot>> lookUp(String board, long version) {
    return redis
        .get(board)
        .otherwise(Optional.empty())
        .compose(
            cached -> {
              cached.ifPresent(snapshot -> latest.found(snapshot, Duration.ZERO));
              if (cached
                  .filter(this::isCurrent)
                  .filter(each -> each.version() >= version)
                  .isPresent()) {
                return found(Source.REDIS, cached);
              }
              return stored(board)
                  .compose(stored -> found(Source.POSTGRES, stored))
                  .recover(away -> lastKnown(board));
            });
  }

  private Future<Optional<Snapshot>> lastKnown(String board) {
    return found(
        Source.LAST_KNOWN, latest.any(board).map(last -> last.resent(clock.instant(), true)));
  }

  private Future<Optional<Snapshot>> found(Source source, Optional<Snapshot> snapshot) {
    reads.incrementAndGet((snapshot.isPresent() ? source : Source.NONE).ordinal());
    snapshot.ifPresent(found -> latest.found(found, freshFromLookUp));
    return Future.succeededFuture(snapshot);
  }

  /** Whether the node that computes the board was alive just now. */
  private boolean isCurrent(Snapshot cached) {
    return Duration.between(cached.timestamp(), clock.instant()).compareTo(freshFromBus) <= 0;
  }

  private Future<Optional<Snapshot>> stored(String board) {
    return pool.preparedQuery(SELECT)
        .execute(Tuple.of(board))
        .timeout(databaseTimeout.toMillis(), TimeUnit.MILLISECONDS)
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
}
