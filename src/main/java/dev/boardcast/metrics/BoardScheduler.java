package dev.boardcast.metrics;

import dev.boardcast.database.Lease;
import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.metrics.audit.AuditMeters;
import dev.boardcast.metrics.audit.AuditScheduler;
import dev.boardcast.metrics.audit.RebuildScheduler;
import dev.boardcast.metrics.audit.RollupAudit;
import dev.boardcast.metrics.history.HistoryStore;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Snapshot;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One board on one node: takes its lease when that is free, and while it holds it folds new facts
 * at a bounded pace, computes again what changes by time alone, and re-sends what is known on each
 * heartbeat.
 *
 * <ul>
 *   <li>On taking over, the numbers are computed and sent at once.
 *   <li>While the database is away, the last numbers are sent as stale; folding goes on by itself.
 *   <li>While the board is audited or computed anew, folds go on.
 *   <li>Once another node has taken over, nothing is sent any more.
 * </ul>
 *
 * Confined to one event loop.
 */
final class BoardScheduler implements LeaseHolder.Holder {
  private static final Logger LOG = LoggerFactory.getLogger(BoardScheduler.class);

  private final Vertx vertx;
  private final Board board;
  private final MetricsConfig config;
  private final Clock clock;
  private final Consumer<Snapshot> sink;
  private final Fold fold;
  private final LeaseHolder tenure;
  private final Throttle pace;
  private final TimeDrivenUpdates ticks;
  private final RebuildScheduler rebuilds;
  private final AuditScheduler audits;
  private final BoardMeters meters;
  private final AuditMeters auditMeters;
  private final BoardHealth standing;

  private Snapshot last;
  private boolean failing;
  private long heartbeat;

  /**
   * @param node unique for this run of the process
   * @param jobs shared by the boards of this node
   * @param sink gets every snapshot that is to be seen
   */
  BoardScheduler(
      Vertx vertx,
      String node,
      Board board,
      Pool pool,
      MetricsConfig config,
      Clock clock,
      MeterRegistry registry,
      ConcurrencyLimiter jobs,
      BoardHealth standing,
      Consumer<Snapshot> sink) {
    this.vertx = vertx;
    this.board = board;
    this.config = config;
    this.clock = clock;
    this.sink = sink;
    this.standing = standing;
    var lease = new Lease("board." + board.name(), node, config.leaseTtl());
    fold = new Fold(pool, lease, board, new HistoryStore(config.history()), clock);
    tenure = new LeaseHolder(vertx, lease, pool, () -> board.isOurs(pool));
    var interval = Collections.max(List.of(config.minInterval(), board.refresh()));
    pace = new Throttle(interval, System::nanoTime, this::after, this::update);
    ticks = new TimeDrivenUpdates(clock, this::after, config.heartbeat(), pace::request);
    rebuilds = new RebuildScheduler(pool, board, jobs, pace::request);
    meters = new BoardMeters(registry, board.name());
    auditMeters = new AuditMeters(registry, board.name(), () -> tenure.token().isPresent());
    audits =
        new AuditScheduler(
            board.name(),
            new RollupAudit(pool, board, config.audit())::run,
            config.audit().every(),
            jobs,
            this::after,
            () -> tenure.token().isPresent(),
            rows -> {
              auditMeters.drifted(rows);
              standing.drifted(rows);
            });
  }

  /** Completes after the first try for the lease and, where it was granted, the first numbers. */
  Future<Void> start() {
    armHeartbeat();
    audits.start();
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
    audits.close();
    return bounded(pace.close())
        .compose(settled -> bounded(rebuilds.close()))
        .compose(dropped -> tenure.close())
        .onComplete(
            released -> {
              vertx.cancelTimer(heartbeat);
              auditMeters.close();
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
    if (tenure.token().isEmpty()) return rebuilds.abandon();
    long token = tenure.token().getAsLong();
    long startNanos = System.nanoTime();
    return (rebuilds.isReady() ? rebuilds.exchange(fold, token) : fold.run(token))
        .onSuccess(
            folded -> {
              meters.folded(System.nanoTime() - startNanos);
              computed(folded);
            })
        .<Void>mapEmpty()
        .recover(failure -> failed(token, failure));
  }

  private void computed(FoldResult folded) {
    if (failing) LOG.info("board {} is computed again", board.name());
    failing(false);
    tenure.worked();
    audits.folded();
    ticks.computed(folded.snapshot().computedAt(), folded.nextTick());
    if (folded.isRebuildWanted()) rebuilds.wanted();
    send(folded.snapshot());
  }

  private Future<Void> failed(long token, Throwable failure) {
    if (failure instanceof Lease.Lost) {
      tenure.lost(token);
      return Future.succeededFuture();
    }
    meters.failed();
    if (!failing) LOG.warn("board {} cannot be computed, trying on", board.name(), failure);
    failing(true);
    return Future.failedFuture(failure);
  }

  private void failing(boolean isFailing) {
    failing = isFailing;
    standing.failing(isFailing && tenure.token().isPresent());
  }

  private void beat() {
    armHeartbeat();
    failing(failing);
    if (tenure.token().isEmpty()) return;
    if (last != null) send(last.resent(clock.instant(), isStale()));
    if (pace.isRunning()) return;
    if (!isStale()) {
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
