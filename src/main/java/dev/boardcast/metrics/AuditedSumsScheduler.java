package dev.boardcast.metrics;

import dev.boardcast.database.Lease;
import dev.boardcast.database.LeaseHolder;
import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.engine.Scheduler;
import dev.boardcast.metrics.audit.AuditMeters;
import dev.boardcast.metrics.audit.AuditResults;
import dev.boardcast.metrics.audit.AuditScheduler;
import dev.boardcast.metrics.audit.RecomputationStore;
import dev.boardcast.spi.AuditedSums;
import dev.boardcast.spi.LeaseLostException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one {@link AuditedSums} on one node: while the node holds its lease, audits it periodically
 * and recomputes it on request. Confined to one event loop.
 */
final class AuditedSumsScheduler implements AuditScheduler.Subject {
  private static final Logger LOG = LoggerFactory.getLogger(AuditedSumsScheduler.class);

  private static final String IS_AUDITABLE = "SELECT is_auditable($1)";

  private final Vertx vertx;
  private final MetricsContext context;
  private final AuditedSums sums;
  private final ConcurrencyLimiter jobs;
  private final BoardHealth health;
  private final Lease lease;
  private final LeaseHolder leaseHolder;
  private final AuditScheduler audits;
  private final AuditResults results;
  private final AuditMeters meters;

  private boolean busy;
  private long timer;

  /**
   * @param jobs limits the long jobs of this node
   */
  AuditedSumsScheduler(
      Vertx vertx,
      MetricsContext context,
      AuditedSums sums,
      ConcurrencyLimiter jobs,
      BoardHealth health) {
    this.vertx = vertx;
    this.context = context;
    this.sums = sums;
    this.jobs = jobs;
    this.health = health;
    var heartbeat = context.heartbeat();
    lease = new Lease("board." + sums.name(), heartbeat.node(), context.config().leaseTtl());
    leaseHolder = new LeaseHolder(vertx, heartbeat, lease);
    meters = new AuditMeters(context.meters(), sums.name(), leaseHolder::isHeld, health::drift);
    results = new AuditResults(context.pool(), context.heartbeat().node());
    audits = new AuditScheduler(this, context.config().audit().every(), jobs, Scheduler.of(vertx));
  }

  /** Completes after the first try for the lease. */
  Future<Void> start() {
    audits.folded();
    audits.start();
    timer = vertx.setPeriodic(context.config().heartbeat().toMillis(), tick -> checkRequests());
    return leaseHolder.start(this::checkRequests);
  }

  /** There may be a request for a recomputation. */
  void changed() {
    checkRequests();
  }

  /** Releases the lease; work in progress ends by itself. Never fails. */
  Future<Void> stop() {
    audits.close();
    vertx.cancelTimer(timer);
    return leaseHolder.close().onComplete(released -> meters.close());
  }

  @Override
  public String name() {
    return sums.name();
  }

  @Override
  public boolean isHeld() {
    return leaseHolder.isHeld();
  }

  @Override
  public Future<OptionalLong> audit() {
    var audit = context.config().audit();
    return isAuditable()
        .compose(
            before ->
                before
                    ? sums.audit(context.pool(), audit.timeout(), audit.maxFacts())
                        .compose(
                            wrong ->
                                isAuditable()
                                    .map(
                                        after ->
                                            after ? OptionalLong.of(wrong) : OptionalLong.empty()))
                    : Future.succeededFuture(OptionalLong.empty()));
  }

  /** While a user is erased, sums and what they count have different names. */
  private Future<Boolean> isAuditable() {
    return context
        .pool()
        .preparedQuery(IS_AUDITABLE)
        .execute(Tuple.of(name()))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  @Override
  public void auditFailed() {
    results.failed(name());
  }

  @Override
  public void audited(OptionalLong wrongRows) {
    health.drifted(wrongRows);
    wrongRows.ifPresent(rows -> results.found(name(), rows));
    // No hint comes with new facts: audit again although none is known.
    audits.folded();
  }

  private void checkRequests() {
    if (busy || !isHeld()) return;
    long token = leaseHolder.token().getAsLong();
    busy = true;
    RecomputationStore.isRequested(context.pool(), name())
        .compose(
            requested ->
                requested ? jobs.run(() -> recompute(token)) : Future.<Void>succeededFuture())
        .onComplete(done -> busy = false);
  }

  private Future<Void> recompute(long token) {
    LOG.info("recomputing board {}", name());
    return context
        .pool()
        .withTransaction(
            tx ->
                sums.recompute(tx)
                    .compose(rows -> RecomputationStore.done(tx, name(), rows))
                    .compose(done -> lease.renew(tx, token)))
        .onSuccess(done -> LOG.info("board {} was recomputed", name()))
        .recover(
            cause -> {
              // The next holder of the lease finds the request unchanged.
              if (cause instanceof LeaseLostException) return Future.succeededFuture();
              LOG.warn("board {} could not be recomputed", name(), cause);
              return RecomputationStore.failed(context.pool(), name());
            });
  }
}
