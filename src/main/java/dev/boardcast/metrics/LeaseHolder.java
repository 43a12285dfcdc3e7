package dev.boardcast.metrics;

import dev.boardcast.database.Lease;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Holds a lease whenever it can: tries for it, keeps it, notices when it is gone. One question to
 * the database at a time. Confined to one event loop.
 */
public final class LeaseHolder {
  /** What comes of the tries. */
  public interface Holder {
    /** The lease is ours now, or the database answers again and it still is. */
    void granted();

    /** Whether work in hand renews the lease by itself. */
    boolean isWorking();
  }

  // Longer than any statement may take, so that unanswered questions do not pile up in the pool.
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(35);

  private final Vertx vertx;
  private final Lease lease;
  private final Pool pool;
  private final Supplier<Future<Boolean>> mayHold;

  private Holder holder;
  private OptionalLong token = OptionalLong.empty();
  private boolean failed;
  private boolean closed;
  private long answeredNanos = System.nanoTime();
  private long timer;

  public LeaseHolder(Vertx vertx, Lease lease, Pool pool) {
    this(vertx, lease, pool, () -> Future.succeededFuture(true));
  }

  /**
   * @param mayHold asked before each try; a lease that may not be kept is given back
   */
  LeaseHolder(Vertx vertx, Lease lease, Pool pool, Supplier<Future<Boolean>> mayHold) {
    this.vertx = vertx;
    this.lease = lease;
    this.pool = pool;
    this.mayHold = mayHold;
  }

  /** Completes after the first try, whatever its outcome, or when that takes long. */
  public Future<Void> start(Holder work) {
    holder = work;
    return attempt().timeout(2 * lease.ttl().toMillis(), TimeUnit.MILLISECONDS).otherwiseEmpty();
  }

  /** The fencing token while the lease is ours, as far as we know. */
  public OptionalLong token() {
    return token;
  }

  /** Whether the database has answered within that time, the last time it was asked. */
  boolean isSure(Duration within) {
    return !failed && System.nanoTime() - answeredNanos <= within.toNanos();
  }

  /** Work under the lease was committed just now. */
  public void worked() {
    failed = false;
    answeredNanos = System.nanoTime();
  }

  /** Another has taken over from the holder of that token. */
  public void lost(long lostToken) {
    if (token.isPresent() && token.getAsLong() == lostToken) token = OptionalLong.empty();
  }

  /** Ends the tries and gives the lease back; never fails, an unreleased lease expires. */
  public Future<Void> close() {
    closed = true;
    vertx.cancelTimer(timer);
    if (token.isEmpty()) return Future.succeededFuture();
    long ours = token.getAsLong();
    token = OptionalLong.empty();
    return lease
        .release(pool, ours)
        .timeout(lease.ttl().toMillis(), TimeUnit.MILLISECONDS)
        .otherwiseEmpty();
  }

  private Future<Void> attempt() {
    if (token.isPresent() && holder.isWorking()) {
      again();
      return Future.succeededFuture();
    }
    return mayHold
        .get()
        .compose(may -> may ? lease.acquire(pool) : giveBack())
        .timeout(LONGEST_ANSWER.toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(this::answered)
        .mapEmpty();
  }

  private Future<OptionalLong> giveBack() {
    if (token.isEmpty()) return Future.succeededFuture(OptionalLong.empty());
    return lease.release(pool, token.getAsLong()).map(OptionalLong.empty());
  }

  private void answered(OptionalLong granted, Throwable failure) {
    if (closed) {
      // Granted on the way out: close() knew nothing of it.
      if (failure == null && granted.isPresent()) lease.release(pool, granted.getAsLong());
      return;
    }
    again();
    if (failure != null) {
      failed = true;
      return;
    }
    boolean isNews = failed || !granted.equals(token);
    worked();
    token = granted;
    if (isNews && granted.isPresent()) holder.granted();
  }

  private void again() {
    if (!closed) timer = vertx.setTimer(lease.ttl().toMillis() / 3, due -> attempt());
  }
}
