package dev.boardcast.metrics.audit;

import dev.boardcast.database.Lease;
import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.metrics.BoardHealth;
import dev.boardcast.metrics.LeaseHolder;
import dev.boardcast.metrics.MetricsConfig;
import dev.boardcast.spi.AuditedSums;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@link AuditedSums} on one node: audits it now and then while it holds the lease, and
 * computes it anew when somebody has asked for that. Confined to one event loop.
 */
public final class AuditedSumsScheduler implements LeaseHolder.Holder {
  private static final Logger LOG = LoggerFactory.getLogger(AuditedSumsScheduler.class);

  private final Vertx vertx;
  private final AuditedSums audited;
  private final Pool pool;
  private final Duration heartbeat;
  private final ConcurrencyLimiter jobs;
  private final BoardHealth standing;
  private final Lease lease;
  private final LeaseHolder tenure;
  private final AuditScheduler audits;
  private final AuditMeters meters;

  private boolean busy;
  private long timer;

  /**
   * @param node unique for this run of the process
   * @param jobs shared by all that this node keeps
   */
  public AuditedSumsScheduler(
      Vertx vertx,
      String node,
      AuditedSums audited,
      Pool pool,
      MetricsConfig config,
      MeterRegistry registry,
      ConcurrencyLimiter jobs,
      BoardHealth standing) {
    this.vertx = vertx;
    this.audited = audited;
    this.standing = standing;
    this.pool = pool;
    this.jobs = jobs;
    heartbeat = config.heartbeat();
    lease = new Lease("board." + audited.name(), node, config.leaseTtl());
    tenure = new LeaseHolder(vertx, lease, pool);
    meters = new AuditMeters(registry, audited.name(), () -> tenure.token().isPresent());
    audits =
        new AuditScheduler(
            audited.name(),
            () -> audited.audit(pool, config.audit()).map(OptionalLong::of),
            config.audit().every(),
            jobs,
            (wait, action) -> vertx.setTimer(Math.max(1, wait.toMillis()), due -> action.run()),
            () -> tenure.token().isPresent(),
            this::audited);
  }

  /** Completes after the first try for the lease. */
  public Future<Void> start() {
    audits.folded();
    audits.start();
    timer = vertx.setPeriodic(heartbeat.toMillis(), beat -> look());
    return tenure.start(this);
  }

  /** Somebody may have asked for something. */
  public void changed() {
    look();
  }

  /** Gives the lease back; what is under way ends by itself. Never fails. */
  public Future<Void> stop() {
    audits.close();
    vertx.cancelTimer(timer);
    return tenure.close().onComplete(released -> meters.close());
  }

  @Override
  public void granted() {
    look();
  }

  @Override
  public boolean isWorking() {
    return false;
  }

  private void audited(OptionalLong rows) {
    meters.drifted(rows);
    standing.drifted(rows);
    // Nobody tells when facts come.
    audits.folded();
  }

  private void look() {
    if (busy || tenure.token().isEmpty()) return;
    long token = tenure.token().getAsLong();
    busy = true;
    RecomputationStore.isWanted(pool, audited.name())
        .compose(
            wanted -> wanted ? jobs.run(() -> recompute(token)) : Future.<Void>succeededFuture())
        .onComplete(done -> busy = false);
  }

  private Future<Void> recompute(long token) {
    LOG.info("board {} is computed anew", audited.name());
    return pool.withTransaction(
            tx ->
                audited
                    .recompute(tx)
                    .compose(rows -> RecomputationStore.done(tx, audited.name(), rows))
                    .compose(done -> lease.renew(tx, token)))
        .onSuccess(done -> LOG.info("board {} was computed anew", audited.name()))
        .recover(
            cause -> {
              // The next holder of the lease finds the request as it is.
              if (cause instanceof Lease.Lost) return Future.succeededFuture();
              LOG.warn("board {} could not be computed anew", audited.name(), cause);
              return RecomputationStore.failed(pool, audited.name(), RecomputationStore.FAILED);
            });
  }
}
