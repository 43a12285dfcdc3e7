package dev.boardcast.metric;

import dev.boardcast.bus.Snapshot;
import dev.boardcast.db.Lease;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One board on one node: takes its lease when that is free, and while it holds it folds new facts
 * at a bounded pace and re-sends what is known on each heartbeat.
 *
 * <ul>
 *   <li>On taking over, the numbers are computed and sent at once.
 *   <li>While the database is away, the last numbers are sent as stale; folding goes on by itself.
 *   <li>Once another node has taken over, nothing is sent any more.
 * </ul>
 *
 * Confined to one event loop.
 */
final class BoardKeeper implements Tenure.Holder {
  private static final Logger LOG = LoggerFactory.getLogger(BoardKeeper.class);

  private final Vertx vertx;
  private final Board board;
  private final MetricsConfig config;
  private final Clock clock;
  private final Consumer<Snapshot> sink;
  private final Fold fold;
  private final Tenure tenure;
  private final Pace pace;
  private final KeeperMeters meters;

  private Snapshot last;
  private boolean failing;
  private long computedNanos;
  private long heartbeat;

  /**
   * @param node unique for this run of the process
   * @param sink gets every snapshot that is to be seen
   */
  BoardKeeper(
      Vertx vertx,
      String node,
      Board board,
      Pool pool,
      MetricsConfig config,
      Clock clock,
      MeterRegistry registry,
      Consumer<Snapshot> sink) {
    this.vertx = vertx;
    this.board = board;
    this.config = config;
    this.clock = clock;
    this.sink = sink;
    var lease = new Lease("board." + board.name(), node, config.leaseTtl());
    fold = new Fold(pool, lease, board, clock);
    tenure = new Tenure(vertx, lease, pool);
    pace = new Pace(config.minInterval(), System::nanoTime, this::after, this::update);
    meters = new KeeperMeters(registry, board.name(), () -> tenure.token().isPresent());
  }

  /** Completes after the first try for the lease and, where it was granted, the first numbers. */
  Future<Void> start() {
    armHeartbeat();
    return tenure.start(this).compose(tried -> bounded(pace.settled()));
  }

  /** The board has new facts. */
  void changed() {
    if (tenure.token().isPresent()) pace.request();
  }

  /** A snapshot of this board was on the bus, maybe our own. */
  void heard(Snapshot snapshot) {
    boolean isNews = last == null || snapshot.version() >= last.version();
    if (tenure.token().isEmpty()) {
      if (isNews) last = snapshot;
    } else if (isNews && isStale() && !snapshot.stale()) {
      // We are cut off from the database and another is not: it has the lease by now.
      tenure.lost(tenure.token().getAsLong());
    }
  }

  /** Ends the fold under way and gives the lease back; never fails, takes a few lease times. */
  Future<Void> stop() {
    return bounded(pace.close())
        .compose(settled -> tenure.close())
        .onComplete(
            released -> {
              vertx.cancelTimer(heartbeat);
              meters.close();
            });
  }

  @Override
  public void granted() {
    pace.request();
  }

  @Override
  public boolean isWorking() {
    return pace.isRunning();
  }

  private Future<Void> update() {
    if (tenure.token().isEmpty()) return Future.succeededFuture();
    long token = tenure.token().getAsLong();
    long startNanos = System.nanoTime();
    return fold.run(token)
        .onSuccess(
            snapshot -> {
              meters.folded(System.nanoTime() - startNanos);
              computed(snapshot);
            })
        .<Void>mapEmpty()
        .recover(failure -> failed(token, failure));
  }

  private void computed(Snapshot snapshot) {
    if (failing) LOG.info("board {} is computed again", board.name());
    failing = false;
    tenure.worked();
    computedNanos = System.nanoTime();
    send(snapshot);
  }

  private Future<Void> failed(long token, Throwable failure) {
    if (failure instanceof Lease.Lost) {
      tenure.lost(token);
      return Future.succeededFuture();
    }
    meters.failed();
    if (!failing) LOG.warn("board {} cannot be computed, trying on", board.name(), failure);
    failing = true;
    return Future.failedFuture(failure);
  }

  private void beat() {
    armHeartbeat();
    if (tenure.token().isEmpty()) return;
    if (last != null) send(last.resent(clock.instant(), isStale()));
    if (pace.isRunning()) return;
    if (isTimeToRefresh()) {
      pace.request();
    } else if (!isStale()) {
      // The hint that there are new facts may have been lost.
      fold.isDue()
          .onSuccess(
              isDue -> {
                if (isDue) changed();
              });
    }
  }

  private boolean isStale() {
    return failing || !tenure.isSure(config.heartbeat());
  }

  private boolean isTimeToRefresh() {
    long period = board.refresh().toNanos();
    return period > 0 && System.nanoTime() - computedNanos >= period;
  }

  private void send(Snapshot snapshot) {
    last = snapshot;
    if (tenure.token().isEmpty()) return;
    vertx.cancelTimer(heartbeat);
    armHeartbeat();
    meters.sent();
    sink.accept(snapshot);
  }

  private void armHeartbeat() {
    heartbeat = vertx.setTimer(config.heartbeat().toMillis(), due -> beat());
  }

  private void after(Duration wait, Runnable action) {
    long millis = (wait.toNanos() + 999_999) / 1_000_000;
    vertx.setTimer(Math.max(1, millis), due -> action.run());
  }

  private Future<Void> bounded(Future<Void> work) {
    return work.timeout(2 * config.leaseTtl().toMillis(), TimeUnit.MILLISECONDS).otherwiseEmpty();
  }
}
