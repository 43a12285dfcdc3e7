package dev.boardcast.lab.load;

import java.util.concurrent.ThreadLocalRandom;

/** Computes delays between retries: doubled with each attempt up to a maximum, and jittered. */
public final class RetryDelay {
  private static final int MAX_DOUBLINGS = 10;

  private RetryDelay() {}

  /**
   * A random delay between half of the attempt's delay and all of it.
   *
   * @param attempt failed attempts before this one
   * @param first the delay of attempt 0, in milliseconds
   * @param max the longest delay, in milliseconds
   */
  public static long millis(int attempt, long first, long max) {
    long delay = Math.min(max, first << Math.min(attempt, MAX_DOUBLINGS));
    return ThreadLocalRandom.current().nextLong(delay / 2, delay + 1);
  }
}
