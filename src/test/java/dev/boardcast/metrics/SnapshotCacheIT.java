package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Pools;
import dev.boardcast.metrics.SnapshotCache.Source;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotCacheIT {
  private final Vertx vertx = Vertx.vertx();
  private final DatabaseConfig config = Services.get().freshDatabase();
  private final TypedBus bus = new TypedBus(vertx);
  private final Pool pool = Pools.pool(vertx, config);
  private SimpleMeterRegistry meters;

  @AfterEach
  void close() throws Exception {
    MetricsNode.get(vertx.close());
  }

  @Test
  void snapshotsFromTheBusAreServedFromMemory() throws Exception {
    var cache = cache(config);
    MetricsNode.get(pool.close());
    var received = snapshot(7, "{}");
    var broadcasts = new Broadcasts(bus);
    bus.publish(Addresses.SNAPSHOTS, received);
    broadcasts.await(next -> true);
    assertSame(received, MetricsNode.get(cache.latest("routing")).orElseThrow());
    assertEquals(1, cache.reads(Source.MEMORY));
    assertEquals(
        1,
        meters.get("boardcast.snapshot.reads").tag("source", "memory").functionCounter().count());
  }

  @Test
  void aSnapshotOfOneNodeIsReadByAnother() throws Exception {
    var put = snapshot(7, "{\"a\":0.10}");
    MetricsNode.get(cache(config).put(put));
    var reader = cache(config);
    assertEquals(Optional.of(put), MetricsNode.get(reader.latest("routing")));
    assertEquals(1, reader.reads(Source.REDIS));
  }

  @Test
  void anOlderSnapshotNeverReplacesANewerOne() throws Exception {
    var newer = snapshot(1_700_000_000_001L, "{\"a\":2}");
    MetricsNode.get(cache(config).put(newer));
    MetricsNode.get(cache(config).put(snapshot(1_700_000_000_000L, "{\"a\":1}")));
    assertEquals(Optional.of(newer), MetricsNode.get(cache(config).latest("routing")));
  }

  @Test
  void clustersThatShareRedisDoNotSeeEachOther() throws Exception {
    MetricsNode.get(cache(config).put(snapshot(7, "{}")));
    assertEquals(Optional.empty(), MetricsNode.get(cache("other", config).latest("routing")));
  }

  @Test
  void snapshotsMissingInRedisAreReadFromPostgres() throws Exception {
    new Sql(config.postgresUri())
        .run(
            """
            INSERT INTO board_state (board, watermark, version, data, computed_at)
            VALUES ('routing', '1:1:', 5, '{"a":1.50}', now())""");
    var cache = cache(config);
    var read = MetricsNode.get(cache.latest("routing")).orElseThrow();
    assertEquals("{\"a\":1.50}", read.data().text());
    assertEquals(5, read.version());
    assertEquals(1, cache.reads(Source.POSTGRES));
  }

  @Test
  void concurrentReadsShareLookUps() throws Exception {
    MetricsNode.get(cache(config).put(snapshot(7, "{}")));
    var reader = cache(config);
    List<Future<Optional<Snapshot>>> reads = new ArrayList<>();
    for (int i = 0; i < 1000; i++) reads.add(reader.latest("routing"));
    MetricsNode.get(Future.all(reads));
    // Those that were asked before a look-up began share it: the first one's, and one more.
    assertTrue(reader.reads(Source.REDIS) <= 2, () -> reader.reads(Source.REDIS) + " look-ups");
  }

  @Test
  void everyReadCompletesOnItsOwnEventLoop() throws Exception {
    MetricsNode.get(cache(config).put(snapshot(7, "{}")));
    var reader = cache(config);
    List<CompletableFuture<Boolean>> answers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Context context = ((io.vertx.core.internal.VertxInternal) vertx).createEventLoopContext();
      var answer = new CompletableFuture<Boolean>();
      answers.add(answer);
      context.runOnContext(
          go ->
              reader
                  .latest("routing")
                  .onComplete(read -> answer.complete(Vertx.currentContext() == context)));
    }
    for (var answer : answers) assertTrue(answer.get(10, TimeUnit.SECONDS));
  }

  @Test
  void anUnresponsiveRedisDoesNotBlockReadsFromPostgres() throws Exception {
    var silent = vertx.createNetServer().connectHandler(socket -> socket.handler(bytes -> {}));
    int port = MetricsNode.get(silent.listen(0, "127.0.0.1")).actualPort();
    var sql = new Sql(config.postgresUri());
    for (String board : List.of("one", "two", "three")) {
      sql.run(
          """
          INSERT INTO board_state (board, watermark, version, data, computed_at)
          VALUES ('%s', '1:1:', 5, '{}', now())"""
              .formatted(board));
    }
    var cache = cache(DatabaseConfig.at(config.postgresUri(), "redis://127.0.0.1:" + port));
    for (String board : List.of("one", "two", "three")) {
      assertTrue(MetricsNode.get(cache.latest(board)).isPresent());
    }
    assertEquals(3, cache.reads(Source.POSTGRES));
    MetricsNode.get(cache.put(snapshot(6, "{}")));
  }

  private SnapshotCache cache(DatabaseConfig db) throws Exception {
    return cache("test", db);
  }

  private SnapshotCache cache(String cluster, DatabaseConfig db) throws Exception {
    meters = new SimpleMeterRegistry();
    var cache =
        new SnapshotCache(
            vertx,
            new SnapshotCache.Config(cluster, db, MetricsConfig.DEFAULTS),
            pool,
            bus,
            Clock.systemUTC(),
            meters);
    MetricsNode.get(cache.start());
    return cache;
  }

  private static Snapshot snapshot(long version, String data) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    return new Snapshot("routing", version, now, now, false, RawJson.of(data));
  }
}
