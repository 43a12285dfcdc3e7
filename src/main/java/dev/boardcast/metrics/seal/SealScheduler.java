package dev.boardcast.metrics.seal;

import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.engine.Scheduler;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops old facts of one board every minute on the node that holds its lease, in batches one after
 * the other for at most a third of the time. Confined to one event loop.
 */
public final class SealScheduler {
  private static final Logger LOG = LoggerFactory.getLogger(SealScheduler.class);
  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final Duration UNTIL_HELD = Duration.ofSeconds(2);
  private static final Duration MAX_TIME = Duration.ofSeconds(20);

  /** Most facts of a table that are dropped in one transaction. */
  public static final int BATCH = 10_000;

  private final String board;
  private final FactSeal seal;
  private final Supplier<OptionalLong> token;
  private final ConcurrencyLimiter jobs;
  private final Scheduler scheduler;
  private final Clock clock;
  private boolean closed;

  /**
   * @param token of the board's lease while it is held
   * @param jobs limits the long jobs of this node
   */
  public SealScheduler(
      String board,
      FactSeal seal,
      Supplier<OptionalLong> token,
      ConcurrencyLimiter jobs,
      Scheduler scheduler,
      Clock clock) {
    this.board = board;
    this.seal = seal;
    this.token = token;
    this.jobs = jobs;
    this.scheduler = scheduler;
    this.clock = clock;
  }

  /** Schedules the first run. */
  public void start() {
    scheduler.schedule(UNTIL_HELD, this::due);
  }

  /** Starts no further run. */
  public void close() {
    closed = true;
  }

  private void due() {
    if (closed) return;
    if (token.get().isEmpty()) {
      scheduler.schedule(UNTIL_HELD, this::due);
      return;
    }
    long end = System.nanoTime() + MAX_TIME.toNanos();
    jobs.run(() -> batches(end))
        .onComplete(
            (done, failure) -> {
              if (failure != null) {
                LOG.warn("old facts of board {} were not dropped: {}", board, failure.toString());
              }
              scheduler.schedule(INTERVAL, this::due);
            });
  }

  private Future<Void> batches(long endNanos) {
    var held = token.get();
    if (held.isEmpty() || closed || System.nanoTime() - endNanos > 0) {
      return Future.succeededFuture();
    }
    return seal.run(held.getAsLong(), clock.instant())
        .compose(dropped -> dropped < BATCH ? Future.succeededFuture() : batches(endNanos));
  }
}
