package dev.boardcast.erasure;

import dev.boardcast.database.Lease;
import dev.boardcast.database.LeaseHolder;
import dev.boardcast.spi.LeaseLostException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs requested erasures, one at a time, on the one node that holds the lease {@code erasure}. A
 * failed one is tried again later, until the database has answered with an error several times.
 * Those that have to wait, for boards that cannot be recomputed or after a failure, let others
 * pass.
 */
public final class ErasureVerticle extends VerticleBase {
  /** The name of the lease. */
  public static final String LEASE = "erasure";

  private static final Logger LOG = LoggerFactory.getLogger(ErasureVerticle.class);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration LEASE_TTL = Duration.ofSeconds(10);
  private static final int MAX_FAILURES = 5;

  private final ErasureContext context;
  private LeaseHolder leaseHolder;
  private Lease lease;
  private boolean busy;
  private final Map<UUID, Integer> failures = new HashMap<>();

  public ErasureVerticle(ErasureContext context) {
    this.context = context;
  }

  @Override
  public Future<?> start() {
    lease = new Lease(LEASE, context.heartbeat().node(), LEASE_TTL);
    leaseHolder = new LeaseHolder(vertx, context.heartbeat(), lease);
    vertx.setPeriodic(TICK.toMillis(), tick -> runNext());
    return leaseHolder.start(this::runNext);
  }

  @Override
  public Future<?> stop() {
    return leaseHolder.close();
  }

  private void runNext() {
    if (busy || !leaseHolder.isHeld()) return;
    busy = true;
    ErasureStore.next(context.pool())
        .compose(next -> next.map(this::run).orElseGet(Future::succeededFuture))
        .onComplete(
            (done, failure) -> {
              busy = false;
              if (failure != null) leaseHolder.workFailed(failure);
            });
  }

  private Future<Void> run(Erasure erasure) {
    long token = leaseHolder.token().getAsLong();
    LOG.info("erasure {} begins", erasure.id());
    var job = new ErasureJob(vertx, context, lease, token, erasure);
    return job.run()
        .<Void>map(
            isFinished -> {
              failures.remove(erasure.id());
              if (isFinished) LOG.info("erasure {} is finished", erasure.id());
              return null;
            })
        .recover(
            cause -> {
              if (cause instanceof LeaseLostException) {
                leaseHolder.lost(token);
                return Future.succeededFuture();
              }
              return failed(job, erasure, cause);
            });
  }

  private Future<Void> failed(ErasureJob job, Erasure erasure, Throwable cause) {
    LOG.warn("erasure {} failed: {}", erasure.id(), cause.toString());
    boolean isGivenUp =
        cause instanceof PgException
            && failures.merge(erasure.id(), 1, Integer::sum) >= MAX_FAILURES;
    if (isGivenUp) {
      failures.remove(erasure.id());
      return job.finish("it failed; the node's log says why");
    }
    return ErasureStore.postpone(context.pool(), erasure.id(), !erasure.dryRun())
        .transform(postponed -> Future.failedFuture(cause));
  }
}
