package dev.boardcast.metrics.audit;

import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.metrics.Throttle;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * AuditScheduler one board now and then, while this node is the one that folds it: not when nothing
 * was folded since the last, and never for more than a twentieth of the time. Confined to one event
 * loop.
 */
public final class AuditScheduler {
  private static final Logger LOG = LoggerFactory.getLogger(AuditScheduler.class);
  private static final int LEAST_REST = 20;

  private final String board;
  private final Supplier<Future<OptionalLong>> audit;
  private final Duration every;
  private final ConcurrencyLimiter jobs;
  private final Throttle.Timer timer;
  private final BooleanSupplier isOurs;
  private final Consumer<OptionalLong> told;

  private boolean changed;
  private boolean closed;

  /**
   * @param audit compares once: see {@link RollupAudit#run}
   * @param isOurs whether this node folds the board
   * @param told how many rows are not as they should be; empty when that is not known
   */
  public AuditScheduler(
      String board,
      Supplier<Future<OptionalLong>> audit,
      Duration every,
      ConcurrencyLimiter jobs,
      Throttle.Timer timer,
      BooleanSupplier isOurs,
      Consumer<OptionalLong> told) {
    this.board = board;
    this.audit = audit;
    this.every = every;
    this.jobs = jobs;
    this.timer = timer;
    this.isOurs = isOurs;
    this.told = told;
  }

  /** Begins, unless audits are switched off. */
  public void start() {
    if (!every.isZero()) timer.after(every, this::due);
  }

  /** The board was folded. */
  public void folded() {
    changed = true;
  }

  /** Begins no other. */
  public void close() {
    closed = true;
  }

  private void due() {
    if (closed) return;
    if (!isOurs.getAsBoolean()) told.accept(OptionalLong.empty());
    if (!isOurs.getAsBoolean() || !changed) {
      timer.after(every, this::due);
      return;
    }
    jobs.run(
        () -> {
          changed = false;
          long startNanos = System.nanoTime();
          return audit
              .get()
              .onComplete(
                  (drift, failure) -> {
                    if (failure == null) tell(drift);
                    else failed(failure);
                    long tookNanos = System.nanoTime() - startNanos;
                    var rest = Duration.ofNanos(LEAST_REST * tookNanos);
                    timer.after(rest.compareTo(every) > 0 ? rest : every, this::due);
                  });
        });
  }

  private void tell(OptionalLong drift) {
    told.accept(drift);
    if (drift.orElse(0) > 0) {
      // Nothing heals by itself: look again though nothing is folded.
      changed = true;
      LOG.error(
          "board {}: {} rollup rows are not as the facts say; recompute it",
          board,
          drift.getAsLong());
    }
  }

  private void failed(Throwable failure) {
    changed = true;
    LOG.warn("board {} could not be audited this time: {}", board, failure.toString());
  }
}
