package dev.boardcast.metrics;

import dev.boardcast.boards.routing.RoutingDecisions;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.config.Settings;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Leases;
import dev.boardcast.database.Pools;
import dev.boardcast.spi.Board;
import dev.boardcast.testing.TestBoardContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A node that runs one board, by default the routing board, with its own pool and cache. Calls
 * block.
 */
public final class MetricsNode {
  static final MetricsConfig QUICK =
      Settings.of(
          MetricsConfig.class,
          "metrics-min-interval=100ms",
          "metrics-heartbeat=500ms",
          "metrics-lease-ttl=600ms");

  public final Pool pool;
  final SnapshotCache cache;
  public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  public final MetricsVerticle verticle;
  private final Vertx vertx;
  private final TestBoardContext context;
  private final String deployment;

  MetricsNode(Vertx vertx, String name, DatabaseConfig config, MetricsConfig metrics)
      throws Exception {
    this(vertx, name, config, metrics, RoutingDecisions.board(), Clock.systemUTC());
  }

  /**
   * @param board a variant of the routing board
   */
  public MetricsNode(
      Vertx vertx,
      String name,
      DatabaseConfig config,
      MetricsConfig metrics,
      Board board,
      Clock clock)
      throws Exception {
    this.vertx = vertx;
    var bus = new TypedBus(vertx);
    pool = Pools.pool(vertx, config);
    cache =
        new SnapshotCache(
            vertx, new SnapshotCache.Config("test", config, metrics), pool, bus, clock, meters);
    get(cache.start());
    context = new TestBoardContext(vertx, pool).clock(clock);
    verticle =
        new MetricsVerticle(
            new MetricsContext(
                Leases.heartbeat(vertx, name, config), pool, pool, bus, metrics, clock, meters),
            cache,
            List.of(board),
            List.of());
    deployment = get(vertx.deployVerticle(verticle));
  }

  /** Stores some decisions, as the API does. */
  public void decide(int count) throws Exception {
    get(RoutingDecisions.add(context, count));
  }

  boolean holds() {
    return meters.get("boardcast.board.lease.held").gauge().value() == 1;
  }

  void undeploy() throws Exception {
    get(vertx.undeploy(deployment));
  }

  public static <T> T get(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }
}
