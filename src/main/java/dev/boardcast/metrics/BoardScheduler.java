package dev.boardcast.metrics;

import dev.boardcast.database.Lease;
import dev.boardcast.database.LeaseHolder;
import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.engine.Scheduler;
import dev.boardcast.metrics.audit.AuditMeters;
import dev.boardcast.metrics.audit.AuditResults;
import dev.boardcast.metrics.audit.AuditScheduler;
import dev.boardcast.metrics.audit.RebuildScheduler;
import dev.boardcast.metrics.audit.RollupAudit;
import dev.boardcast.metrics.history.HistoryStore;
import dev.boardcast.metrics.parts.PartMeters;
import dev.boardcast.metrics.seal.FactSeal;
import dev.boardcast.metrics.seal.SealScheduler;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.LeaseLostException;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one board on one node: while the node holds the board's lease, folds new facts at a bounded
 * rate, updates metrics that change by time alone, and re-sends the last snapshot on each
 * heartbeat.
 *
 * <ul>
 *   <li>When the lease is acquired, a snapshot is computed and sent at once.
 *   <li>While the database is unavailable, the last snapshot is sent as stale; folding resumes by
 *       itself.
 *   <li>Audits and rebuilds do not stop folds.
 *   <li>Once another node holds the lease, nothing is sent any more.
 * </ul>
 *
 * Confined to one event loop.
 */
final class BoardScheduler implements AuditScheduler.Subject {
  private static final Logger LOG = LoggerFactory.getLogger(BoardScheduler.class);

  private final Vertx vertx;
  private final MetricsContext context;
  private final MetricsConfig config;
  private final Board board;
  private final Pool pool;
  private final Consumer<Snapshot> sink;
  private final Fold fold;
  private final LeaseHolder leaseHolder;
  private final Throttle throttle;
  private final TimeDrivenUpdates timeDriven;
  private final RebuildScheduler rebuilds;
  private final AuditScheduler audits;
  private final AuditResults results;
  private final Optional<SealScheduler> seals;
  private final BoardMeters meters;
  private final AuditMeters auditMeters;
  private final BoardHealth health;

  private final PartMeters partMeters;
  private Snapshot last;
  private boolean failing;
  private long heartbeat;

  /**
   * @param keep the age from which facts are dropped; empty to keep them for ever
   * @param jobs limits the long jobs of this node
   * @param sink receives every snapshot to broadcast
   */
  BoardScheduler(
      Vertx vertx,
      MetricsContext context,
      Board board,
      Optional<Duration> keep,
      ConcurrencyLimiter jobs,
      BoardHealth health,
      Consumer<Snapshot> sink) {
    this.vertx = vertx;
    this.context = context;
    this.config = context.config();
    this.board = board;
    this.sink = sink;
    this.health = health;
    pool = board.isForeignSql() ? context.customPool() : context.pool();
    var lease = new Lease("board." + board.name(), context.heartbeat().node(), config.leaseTtl());
    var history = new HistoryStore(config.history());
    partMeters =
        board.parts().isPresent()
            ? new PartMeters(context.meters(), board.name(), this::isHeld)
            : PartMeters.NONE;
    fold = new Fold(pool, lease, board, history, context.clock(), context.watch(), partMeters);
    leaseHolder = new LeaseHolder(vertx, context.heartbeat(), lease, () -> board.mayCompute(pool));
    var scheduler = Scheduler.of(vertx);
    var interval = Collections.max(List.of(config.minInterval(), board.minInterval()));
    throttle = new Throttle(interval, System::nanoTime, scheduler, this::update);
    timeDriven =
        new TimeDrivenUpdates(context.clock(), scheduler, config.heartbeat(), throttle::request);
    rebuilds = new RebuildScheduler(pool, board, jobs, throttle::request);
    meters = new BoardMeters(context.meters(), board.name());
    auditMeters =
        new AuditMeters(context.meters(), board.name(), leaseHolder::isHeld, health::drift);
    results = new AuditResults(context.pool(), context.heartbeat().node());
    audits = new AuditScheduler(this, config.audit().every(), jobs, scheduler);
    seals =
        keep.map(age -> new FactSeal(pool, lease, board, age, SealScheduler.BATCH))
            .map(
                seal ->
                    new SealScheduler(
                        board.name(), seal, leaseHolder::token, jobs, scheduler, context.clock()));
  }

  /** Completes after the first try for the lease and, if it was acquired, the first snapshot. */
  Future<Void> start() {
    scheduleHeartbeat();
    audits.start();
    seals.ifPresent(SealScheduler::start);
    return leaseHolder.start(throttle::request).compose(tried -> bounded(throttle.settled()));
  }

  /** The board has new facts. */
  void changed() {
    if (isHeld()) throttle.request();
  }

  /** A snapshot of this board was received from the bus; it may be our own. */
  void received(Snapshot snapshot) {
    boolean isLatest = last == null || snapshot.version() >= last.version();
    if (!isHeld()) {
      if (isLatest) last = snapshot;
    } else if (isLatest && isStale() && !snapshot.stale()) {
      // We are cut off from the database and another node is not: it holds the lease by now.
      leaseHolder.lost(leaseHolder.token().getAsLong());
    }
  }

  /**
   * Finishes the fold in progress and hands the lease over; never fails, takes a few lease times.
   */
  Future<Void> stop() {
    audits.close();
    seals.ifPresent(SealScheduler::close);
    return bounded(throttle.close())
        .compose(settled -> bounded(rebuilds.close()))
        .compose(dropped -> leaseHolder.close())
        .onComplete(
            released -> {
              vertx.cancelTimer(heartbeat);
              auditMeters.close();
              partMeters.close();
            });
  }

  @Override
  public String name() {
    return board.name();
  }

  @Override
  public boolean isHeld() {
    return leaseHolder.isHeld();
  }

  @Override
  public Future<OptionalLong> audit() {
    return new RollupAudit(pool, board, config.audit()).run();
  }

  @Override
  public void auditFailed() {
    results.failed(name());
  }

  @Override
  public void audited(OptionalLong wrongRows) {
    health.drifted(wrongRows);
    wrongRows.ifPresent(rows -> results.found(name(), rows));
  }

  private Future<Void> update() {
    if (!isHeld()) return rebuilds.abandon();
    long token = leaseHolder.token().getAsLong();
    long startNanos = System.nanoTime();
    return (rebuilds.isReady()
            ? rebuilds.exchange(rebuild -> fold.exchange(token, rebuild))
            : fold.run(token))
        .onSuccess(
            result -> {
              meters.folded(System.nanoTime() - startNanos);
              folded(result);
            })
        .<Void>mapEmpty()
        .recover(failure -> failed(token, failure));
  }

  private void folded(FoldResult result) {
    if (failing) LOG.info("board {} is computed again", board.name());
    failing(false);
    leaseHolder.renewed();
    audits.folded();
    timeDriven.computed(result.snapshot().computedAt(), result.nextTick());
    if (result.isRebuildRequested()) rebuilds.request();
    if (isHeld()) result.parts().forEach(sink);
    send(result.snapshot());
  }

  private Future<Void> failed(long token, Throwable failure) {
    if (failure instanceof LeaseLostException) {
      leaseHolder.lost(token);
      return Future.succeededFuture();
    }
    meters.failed();
    if (!failing) LOG.warn("board {} cannot be computed, retrying", board.name(), failure);
    failing(true);
    leaseHolder.workFailed(failure);
    return Future.failedFuture(failure);
  }

  private void failing(boolean isFailing) {
    failing = isFailing;
    health.failing(isFailing && isHeld());
  }

  private void heartbeat() {
    scheduleHeartbeat();
    failing(failing);
    if (!isHeld()) return;
    if (last != null) send(last.resent(context.clock().instant(), isStale()));
    if (throttle.isRunning() || isStale()) return;
    // The hint that there are new facts may have been lost.
    fold.isDue()
        .onSuccess(
            isDue -> {
              if (isDue) changed();
            });
  }

  private boolean isStale() {
    return failing || !leaseHolder.isConfirmed(config.heartbeat());
  }

  private void send(Snapshot snapshot) {
    last = snapshot;
    if (!isHeld()) return;
    vertx.cancelTimer(heartbeat);
    scheduleHeartbeat();
    meters.sent();
    sink.accept(snapshot);
  }

  private void scheduleHeartbeat() {
    heartbeat = vertx.setTimer(config.heartbeat().toMillis(), due -> heartbeat());
  }

  private Future<Void> bounded(Future<Void> work) {
    return work.timeout(2 * config.leaseTtl().toMillis(), TimeUnit.MILLISECONDS).otherwiseEmpty();
  }
}
