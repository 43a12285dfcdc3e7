package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Leases;
import dev.boardcast.database.Pools;
import dev.boardcast.events.Outbox;
import dev.boardcast.metrics.FoldSubject.Fact;
import dev.boardcast.spi.Board;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.SettableClock;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.SqlCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** While nothing changes, no board is computed; counts statements at the pool. */
class IdleBoardsIT {
  private static final Instant NOON = Instant.parse("2026-03-10T12:00:00.500Z");
  private static final String FOLD = "BEGIN ISOLATION LEVEL REPEATABLE READ";

  private final SqlCounter counter = new SqlCounter();
  private final Vertx vertx = counter.vertx();
  private final DatabaseConfig database = Services.get().freshDatabase();
  private final SettableClock clock = new SettableClock(NOON);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Map<String, AtomicInteger> received = new ConcurrentHashMap<>();
  private List<Board> boards;
  private Pool pool;

  @BeforeEach
  void start() throws Exception {
    var bus = new TypedBus(vertx);
    var subjects = FoldPropertiesIT.SUBJECTS.values();
    boards =
        subjects.stream()
            .map(subject -> subject.board(new Outbox(vertx, bus)))
            .collect(
                java.util.stream.Collectors.toMap(
                    Board::name, board -> board, (one, other) -> one, TreeMap::new))
            .values()
            .stream()
            .toList();
    var random = new Random(3);
    try (var writer = new Sql(database.postgresUri()).connect()) {
      for (FoldSubject subject : subjects) {
        for (int i = 0; i < 40; i++) {
          Instant at = NOON.minusSeconds(random.nextInt(100_000));
          int digit = random.nextInt(10);
          subject.insert(writer, new Fact("w", null, i % 10, i % 4, at, digit, digit));
        }
      }
    }
    pool = Pools.pool(vertx, database);
    var config = MetricsNode.QUICK;
    var cache =
        new SnapshotCache(
            vertx, new SnapshotCache.Config("test", database, config), pool, bus, clock, meters);
    get(cache.start());
    get(bus.subscribe(Addresses.SNAPSHOTS, next -> count(next.board()).incrementAndGet()));
    get(
        vertx.deployVerticle(
            new MetricsVerticle(
                new MetricsContext(
                    Leases.heartbeat(vertx, "a", database), pool, pool, bus, config, clock, meters),
                cache,
                boards,
                List.of())));
    // One-time statements, such as creating partitions, are over by then.
    heartbeats(2);
  }

  @AfterEach
  void close() throws Exception {
    get(vertx.close());
  }

  @Test
  void heartbeatsContinueAndNothingIsComputed() {
    var before = counter.counts();
    var folds = folds();
    heartbeats(6);
    var sent = new TreeMap<>(counter.counts());
    before.forEach((sql, count) -> sent.merge(sql, -count, Long::sum));
    sent.values().removeIf(count -> count == 0);
    assertEquals(folds, folds());
    assertEquals(null, sent.get(FOLD));
    // Two statements: the node's heartbeat, and checking for facts without a hint.
    sent.keySet().removeIf(sql -> sql.contains("node_heartbeat") || sql.contains("has_fresh("));
    assertEquals(Map.of(), sent);
  }

  @Test
  void timeDrivenMetricsAreComputedWhenTheyChangeOnly() throws Exception {
    var ticks = new HashMap<String, Optional<Instant>>();
    for (Board board : boards) ticks.put(board.name(), get(board.nextChange(pool, NOON)));
    assertEquals(Optional.empty(), ticks.get("routing"));
    int computed = 0;
    for (int step = 0; step < 6; step++) {
      Instant next =
          ticks.values().stream().flatMap(Optional::stream).min(Instant::compareTo).get();
      var expected = folds();
      clock.set(next.minusMillis(1));
      heartbeats(3);
      assertEquals(expected, folds(), "before " + next);
      clock.set(next);
      for (Board board : boards) {
        if (!ticks.get(board.name()).equals(Optional.of(next))) continue;
        expected.merge(board.name(), 1L, Long::sum);
        ticks.put(board.name(), get(board.nextChange(pool, next)));
        computed++;
      }
      Awaitility.await().untilAsserted(() -> assertEquals(expected, folds(), "at " + next));
      heartbeats(2);
      assertEquals(expected, folds(), "after " + next);
    }
    assertTrue(computed >= 6, "ticks: " + computed);
  }

  private Map<String, Long> folds() {
    var folds = new TreeMap<String, Long>();
    for (Board board : boards) {
      folds.put(
          board.name(),
          meters.get("boardcast.board.fold").tag("board", board.name()).timer().count());
    }
    return folds;
  }

  /** Waits for heartbeats of each board. */
  private void heartbeats(int count) {
    received.values().forEach(each -> each.set(0));
    Awaitility.await()
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> boards.stream().allMatch(board -> count(board.name()).get() >= count));
  }

  private AtomicInteger count(String board) {
    return received.computeIfAbsent(board, none -> new AtomicInteger());
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }
}
