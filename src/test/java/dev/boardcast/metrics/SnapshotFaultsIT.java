package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Pools;
import dev.boardcast.metrics.SnapshotCache.Source;
import dev.boardcast.spi.Snapshot;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.Services;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFaultsIT {
  @TempDir Path dir;
  private DedicatedServices services;
  private DatabaseConfig config;
  private final Vertx vertx = Vertx.vertx();
  // Not on the bus of the computing node: reads stored snapshots only.
  private final Vertx remote = Vertx.vertx();
  private Broadcasts broadcasts;

  @BeforeEach
  void start() throws Exception {
    services = Services.dedicated(dir);
    config = services.freshDatabase();
    broadcasts = new Broadcasts(new TypedBus(vertx));
  }

  @AfterEach
  void stop() throws Exception {
    MetricsNode.get(Future.all(vertx.close(), remote.close()));
    services.close();
  }

  @Test
  void snapshotsComeFromPostgresWhileRedisIsAwayAndFromRedisWhenItIsBack() throws Exception {
    var node = new MetricsNode(vertx, "a", config, MetricsNode.QUICK);
    var reader = reader();
    readFrom(reader, Source.REDIS);

    services.stopRedis();
    node.decide(1);
    broadcasts.awaitTotal(1);
    var stored = readFrom(reader, Source.POSTGRES);
    assertEquals(1, Broadcasts.total(stored));
    assertFalse(stored.stale());

    services.startRedis();
    node.decide(1);
    broadcasts.awaitTotal(2);
    assertEquals(2, Broadcasts.total(readUntil(reader, Source.REDIS, 2)));
  }

  @Test
  void snapshotsAreStaleWhilePostgresIsAwayAndRecoverWhenItIsBack() throws Exception {
    var node = new MetricsNode(vertx, "a", config, MetricsNode.QUICK);
    node.decide(2);
    broadcasts.awaitTotal(2);
    var reader = reader();

    services.stopPostgres();
    var stale = broadcasts.await(Snapshot::stale);
    assertEquals(2, Broadcasts.total(stale));
    assertTrue(MetricsNode.get(node.cache.latest("routing")).orElseThrow().stale());
    var read = broadcasts.await(Snapshot::stale);
    assertTrue(read.timestamp().isAfter(stale.timestamp()));
    assertTrue(MetricsNode.get(reader.latest("routing")).isPresent());

    services.startPostgres();
    broadcasts.awaitTotal(2);
    node.decide(1);
    broadcasts.awaitTotal(3);
    assertFalse(MetricsNode.get(node.cache.latest("routing")).orElseThrow().stale());
  }

  @Test
  void withBothAwayTheLastKnownSnapshotIsStaleAndUnknownOnesAreEmpty() throws Exception {
    var node = new MetricsNode(vertx, "a", config, MetricsNode.QUICK);
    node.decide(4);
    broadcasts.awaitTotal(4);
    var reader = reader();
    var ignorant = reader();
    readFrom(reader, Source.REDIS);

    services.stopRedis();
    services.stopPostgres();
    var last = readFrom(reader, Source.LAST_KNOWN);
    assertEquals(4, Broadcasts.total(last));
    assertTrue(last.stale());
    assertEquals(Optional.empty(), MetricsNode.get(ignorant.latest("routing")));
  }

  private Snapshot readFrom(SnapshotCache reader, Source source) throws Exception {
    return readUntil(reader, source, -1);
  }

  /** Reads until the source answers, with this total unless negative. */
  private Snapshot readUntil(SnapshotCache reader, Source source, long total) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (System.nanoTime() < deadline) {
      long before = reader.reads(source);
      var read = MetricsNode.get(reader.latest("routing"));
      boolean isFromThere = reader.reads(source) > before;
      if (isFromThere && (total < 0 || Broadcasts.total(read.orElseThrow()) == total)) {
        return read.orElseThrow();
      }
      MetricsNode.get(remote.timer(20, TimeUnit.MILLISECONDS));
    }
    throw new AssertionError("not read from " + source + " within 30 s");
  }

  private SnapshotCache reader() throws Exception {
    var cache =
        new SnapshotCache(
            remote,
            new SnapshotCache.Config("test", config, MetricsNode.QUICK),
            Pools.pool(remote, config),
            new TypedBus(remote),
            Clock.systemUTC(),
            new SimpleMeterRegistry());
    MetricsNode.get(cache.start());
    return cache;
  }
}
