package dev.boardcast.metrics.audit;

import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.engine.Scheduler;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Audits one board periodically on the node that folds it.
 *
 * <p>An audit is skipped when nothing was folded since the last one, and takes at most a twentieth
 * of the time: after a long one the interval is longer. Confined to one event loop.
 */
public final class AuditScheduler {
  private static final Logger LOG = LoggerFactory.getLogger(AuditScheduler.class);
  private static final int MIN_REST_FACTOR = 20;

  /** What is audited. */
  public interface Subject {
    String name();

    /** Whether this node holds the board's lease. */
    boolean isHeld();

    /** Compares once: see {@link RollupAudit#run}. */
    Future<OptionalLong> audit();

    /** Receives the number of wrong rows; empty when this node no longer has a result. */
    void audited(OptionalLong wrongRows);

    /** The audit did not come to a result. */
    void auditFailed();
  }

  private final Subject subject;
  private final Duration interval;
  private final ConcurrencyLimiter jobs;
  private final Scheduler scheduler;

  private boolean changed;
  private boolean closed;

  /**
   * @param interval zero for no audits
   * @param jobs limits the long jobs of this node
   */
  public AuditScheduler(
      Subject subject, Duration interval, ConcurrencyLimiter jobs, Scheduler scheduler) {
    this.subject = subject;
    this.interval = interval;
    this.jobs = jobs;
    this.scheduler = scheduler;
  }

  /** Schedules the first audit, unless audits are off. */
  public void start() {
    if (!interval.isZero()) scheduler.schedule(interval, this::due);
  }

  /** The board was folded, so the next audit is not skipped. */
  public void folded() {
    changed = true;
  }

  /** Starts no further audit. */
  public void close() {
    closed = true;
  }

  private void due() {
    if (closed) return;
    if (!subject.isHeld()) subject.audited(OptionalLong.empty());
    if (!subject.isHeld() || !changed) {
      scheduler.schedule(interval, this::due);
      return;
    }
    jobs.run(this::audit);
  }

  private Future<OptionalLong> audit() {
    changed = false;
    long startNanos = System.nanoTime();
    return subject
        .audit()
        .onComplete(
            (wrongRows, failure) -> {
              if (failure == null) succeeded(wrongRows);
              else failed(failure);
              var rest = Duration.ofNanos(MIN_REST_FACTOR * (System.nanoTime() - startNanos));
              scheduler.schedule(rest.compareTo(interval) > 0 ? rest : interval, this::due);
            });
  }

  private void succeeded(OptionalLong wrongRows) {
    subject.audited(wrongRows);
    if (wrongRows.orElse(0) > 0) {
      // Drift stays until somebody acts: audit again although nothing is folded.
      changed = true;
      LOG.error(
          "board {}: {} rollup rows differ from the facts; recompute the board",
          subject.name(),
          wrongRows.getAsLong());
    }
  }

  private void failed(Throwable failure) {
    changed = true;
    subject.auditFailed();
    LOG.warn("board {} could not be audited: {}", subject.name(), failure.toString());
  }
}
