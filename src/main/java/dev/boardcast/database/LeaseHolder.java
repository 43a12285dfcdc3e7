package dev.boardcast.database;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Holds one lease for a part of this node while it can, by the node's heartbeats, and reports its
 * gain and loss.
 *
 * <p>A holder whose work does not reach the database for a lease time, though its heartbeats do,
 * hands the lease over. Confined to one event loop.
 */
public final class LeaseHolder {
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final NodeHeartbeat heartbeat;
  private final Lease lease;
  private final Supplier<Future<Boolean>> mayHold;
  private final Promise<Void> tried = Promise.promise();

  private Context context;
  private LeaseRegistration registration;
  private Runnable onHeld;
  private OptionalLong token = OptionalLong.empty();
  private boolean failed;
  private boolean wanted;
  private boolean closed;
  private long confirmedNanos = System.nanoTime();
  private long changedNanos = System.nanoTime();
  private OptionalLong workFailsSince = OptionalLong.empty();
  private long pausedUntilNanos = System.nanoTime();
  private long timer = -1;

  public LeaseHolder(Vertx vertx, NodeHeartbeat heartbeat, Lease lease) {
    this(vertx, heartbeat, lease, null);
  }

  /**
   * @param mayHold evaluated every five seconds; when false, a held lease is handed over; null for
   *     always
   */
  public LeaseHolder(
      Vertx vertx, NodeHeartbeat heartbeat, Lease lease, Supplier<Future<Boolean>> mayHold) {
    this.vertx = vertx;
    this.heartbeat = heartbeat;
    this.lease = lease;
    this.mayHold = mayHold;
  }

  /**
   * Starts trying to acquire the lease.
   *
   * @param onHeld called when the lease was acquired, and when the database answers again and the
   *     lease is still held
   * @return completes after the first try, whatever its outcome, or after two lease times
   */
  public Future<Void> start(Runnable onHeld) {
    this.onHeld = onHeld;
    context = vertx.getOrCreateContext();
    registration = new LeaseRegistration(lease, context, new RegistrationListener());
    if (mayHold == null) {
      want(true);
    } else {
      check();
    }
    return tried
        .future()
        .timeout(2 * lease.ttl().toMillis(), TimeUnit.MILLISECONDS)
        .otherwiseEmpty();
  }

  /** The fencing token while the lease is held, as far as this node knows. */
  public OptionalLong token() {
    return token;
  }

  public boolean isHeld() {
    return token.isPresent();
  }

  /** Whether the last heartbeat was answered, and one within this time. */
  public boolean isConfirmed(Duration within) {
    return !failed && System.nanoTime() - confirmedNanos <= within.toNanos();
  }

  /** Work that renewed the lease was committed just now. */
  public void renewed() {
    failed = false;
    workFailsSince = OptionalLong.empty();
    confirmedNanos = System.nanoTime();
  }

  /** Work under the lease has failed; a lost lease is reported by {@link #lost} instead. */
  public void workFailed(Throwable cause) {
    // The server has responded: another node would get the same error.
    if (cause instanceof PgException || !isHeld()) return;
    long now = System.nanoTime();
    if (workFailsSince.isEmpty()) workFailsSince = OptionalLong.of(now);
    if (now - workFailsSince.getAsLong() < lease.ttl().toNanos()) return;
    workFailsSince = OptionalLong.empty();
    long offered = token.getAsLong();
    heartbeat.offer(lease, offered, 0).onSuccess(taken -> turn(() -> offered(offered, taken)));
  }

  private void offered(long offered, boolean taken) {
    if (!taken || closed) return;
    lost(offered);
    // Otherwise another node with the same problem would hand it back.
    want(false);
    pausedUntilNanos = System.nanoTime() + PAUSE.toNanos();
    vertx.setTimer(PAUSE.toMillis() + 1, over -> check());
  }

  /**
   * Another node has taken the lease from the holder with this token, or this node may no longer
   * hold it.
   */
  public void lost(long lostToken) {
    if (token.isEmpty() || token.getAsLong() != lostToken) return;
    set(OptionalLong.empty());
    if (mayHold != null) check();
  }

  /** Stops trying and hands the lease over; never fails: an unreleased lease expires. */
  public Future<Void> close() {
    closed = true;
    vertx.cancelTimer(timer);
    if (registration != null) {
      registration.setWanted(false);
      heartbeat.unregister(registration);
    }
    return handOver();
  }

  private final class RegistrationListener implements LeaseRegistration.Listener {
    @Override
    public void answered(OptionalLong granted, long askedNanos) {
      take(granted, askedNanos);
      tried.tryComplete();
    }

    private void take(OptionalLong granted, long askedNanos) {
      if (closed || !wanted) {
        // Granted by a heartbeat that was in progress when the lease was released.
        granted.ifPresent(unwanted -> heartbeat.release(lease, unwanted));
        return;
      }
      // It does not include grants and losses after it was sent.
      if (askedNanos - changedNanos < 0) return;
      boolean changed = failed || !granted.equals(token);
      failed = false;
      confirmedNanos = System.nanoTime();
      if (!changed) return;
      set(granted);
      if (granted.isPresent()) onHeld.run();
    }

    @Override
    public void unanswered() {
      failed = true;
      // The database is unreachable, probably for other nodes too.
      workFailsSince = OptionalLong.empty();
    }

    @Override
    public void betterConnected(long minReceivers) {
      if (token.isEmpty()) return;
      long offered = token.getAsLong();
      heartbeat
          .offer(lease, offered, minReceivers)
          .onSuccess(
              taken -> {
                if (taken) turn(() -> lost(offered));
              });
    }

    @Override
    public void granted(long given) {
      if (closed || !wanted) {
        heartbeat.release(lease, given);
      } else if (token.isEmpty() || token.getAsLong() < given) {
        failed = false;
        confirmedNanos = System.nanoTime();
        set(OptionalLong.of(given));
        onHeld.run();
      }
    }
  }

  private void turn(Runnable task) {
    context.runOnContext(turn -> task.run());
  }

  private void set(OptionalLong next) {
    token = next;
    changedNanos = System.nanoTime();
  }

  private void want(boolean isWanted) {
    boolean changed = wanted != isWanted;
    wanted = isWanted;
    registration.setWanted(isWanted);
    if (isWanted && changed) heartbeat.register(registration);
  }

  private void check() {
    if (closed) return;
    vertx.cancelTimer(timer);
    if (mayHold == null) {
      want(true);
      return;
    }
    timer = vertx.setTimer(CHECK_INTERVAL.toMillis(), due -> check());
    mayHold.get().onComplete(this::checked);
  }

  private void checked(Boolean may, Throwable failure) {
    // While that cannot be read, nothing changes.
    if (closed || failure != null || System.nanoTime() - pausedUntilNanos < 0) return;
    want(may);
    if (!may) {
      tried.tryComplete();
      handOver();
    }
  }

  private Future<Void> handOver() {
    if (token.isEmpty()) return Future.succeededFuture();
    long held = token.getAsLong();
    set(OptionalLong.empty());
    return heartbeat.release(lease, held).otherwiseEmpty();
  }
}
