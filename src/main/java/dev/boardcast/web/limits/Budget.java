package dev.boardcast.web.limits;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits an amount that clients hold, in total and for each of them. Remembers only clients that
 * hold something. Thread safe.
 */
public final class Budget {
  private final long total;
  private final long share;
  private final AtomicLong held = new AtomicLong();
  private final ConcurrentMap<String, Long> shares = new ConcurrentHashMap<>();

  /** The answer to a request for a part of the budget. */
  public enum Grant {
    GRANTED,
    /** All clients together hold too much. */
    TOTAL_SPENT,
    /** This client holds too much. */
    SHARE_SPENT
  }

  public Budget(long total, long share) {
    this.total = total;
    this.share = share;
  }

  /** Takes an amount, which must be released once if it is granted. */
  public Grant acquire(String client, long amount) {
    if (held.addAndGet(amount) > total) {
      held.addAndGet(-amount);
      return Grant.TOTAL_SPENT;
    }
    boolean[] granted = new boolean[1];
    shares.compute(
        client,
        (same, before) -> {
          long after = (before == null ? 0 : before) + amount;
          granted[0] = after <= share;
          return granted[0] ? Long.valueOf(after) : before;
        });
    if (granted[0]) return Grant.GRANTED;
    held.addAndGet(-amount);
    return Grant.SHARE_SPENT;
  }

  public void release(String client, long amount) {
    held.addAndGet(-amount);
    shares.computeIfPresent(client, (same, before) -> before <= amount ? null : before - amount);
  }

  /** What all clients hold. */
  public long held() {
    return held.get();
  }

  /** How many clients hold something. */
  int clients() {
    return shares.size();
  }
}
