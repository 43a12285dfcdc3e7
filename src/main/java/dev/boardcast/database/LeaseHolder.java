package dev.boardcast.database;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Acquires and renews one lease, and reports its loss.
 *
 * <p>Tries three times per lease time, with at most one statement in progress. Confined to one
 * event loop.
 */
public final class LeaseHolder {
  /** Receives the state of the lease, and reports whether it needs no renewal here. */
  public interface Listener {
    /** The lease was acquired, or the database answers again and the lease is still held. */
    void onHeld();

    /** Whether work in progress renews the lease in its own transaction. */
    boolean isRenewing();
  }

  // Longer than any statement may take, so that unanswered statements do not pile up in the pool.
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(35);

  private final Vertx vertx;
  private final Lease lease;
  private final Pool pool;
  private final Supplier<Future<Boolean>> mayHold;

  private Listener listener;
  private OptionalLong token = OptionalLong.empty();
  private boolean failed;
  private boolean closed;
  private long confirmedNanos = System.nanoTime();
  private long timer;

  public LeaseHolder(Vertx vertx, Lease lease, Pool pool) {
    this(vertx, lease, pool, () -> Future.succeededFuture(true));
  }

  /**
   * @param mayHold evaluated before each try; when false, a held lease is released
   */
  public LeaseHolder(Vertx vertx, Lease lease, Pool pool, Supplier<Future<Boolean>> mayHold) {
    this.vertx = vertx;
    this.lease = lease;
    this.pool = pool;
    this.mayHold = mayHold;
  }

  /**
   * Starts trying to acquire the lease.
   *
   * @return completes after the first try, whatever its outcome, or after two lease times
   */
  public Future<Void> start(Listener leaseListener) {
    listener = leaseListener;
    return attempt().timeout(2 * lease.ttl().toMillis(), TimeUnit.MILLISECONDS).otherwiseEmpty();
  }

  /** The fencing token while the lease is held, as far as this node knows. */
  public OptionalLong token() {
    return token;
  }

  public boolean isHeld() {
    return token.isPresent();
  }

  /** Whether the last statement succeeded, within this time. */
  public boolean isConfirmed(Duration within) {
    return !failed && System.nanoTime() - confirmedNanos <= within.toNanos();
  }

  /** Work that renewed the lease was committed just now. */
  public void renewed() {
    failed = false;
    confirmedNanos = System.nanoTime();
  }

  /** Another node has taken the lease from the holder with this token. */
  public void lost(long lostToken) {
    if (token.isPresent() && token.getAsLong() == lostToken) token = OptionalLong.empty();
  }

  /** Stops trying and releases the lease; never fails: an unreleased lease expires. */
  public Future<Void> close() {
    closed = true;
    vertx.cancelTimer(timer);
    if (token.isEmpty()) return Future.succeededFuture();
    long held = token.getAsLong();
    token = OptionalLong.empty();
    return lease
        .release(pool, held)
        .timeout(lease.ttl().toMillis(), TimeUnit.MILLISECONDS)
        .otherwiseEmpty();
  }

  private Future<Void> attempt() {
    if (isHeld() && listener.isRenewing()) {
      scheduleAttempt();
      return Future.succeededFuture();
    }
    return mayHold
        .get()
        .compose(may -> may ? lease.acquire(pool) : release())
        .timeout(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(this::answered)
        .mapEmpty();
  }

  private Future<OptionalLong> release() {
    if (token.isEmpty()) return Future.succeededFuture(OptionalLong.empty());
    return lease.release(pool, token.getAsLong()).map(OptionalLong.empty());
  }

  private void answered(OptionalLong granted, Throwable failure) {
    if (closed) {
      // Granted while closing: close() did not know the token.
      if (failure == null && granted.isPresent()) lease.release(pool, granted.getAsLong());
      return;
    }
    scheduleAttempt();
    if (failure != null) {
      failed = true;
      return;
    }
    boolean changed = failed || !granted.equals(token);
    renewed();
    token = granted;
    if (changed && granted.isPresent()) listener.onHeld();
  }

  private void scheduleAttempt() {
    if (!closed) timer = vertx.setTimer(lease.ttl().toMillis() / 3, due -> attempt());
  }
}
