package dev.boardcast.database;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Computes the delays between retries: the first delay, then twice the last one, up to a maximum.
 * Not thread safe.
 */
public final class Backoff {
  private final Duration first;
  private final Duration max;
  private Duration next;

  /**
   * @param first the delay after the first failure
   * @param max the longest delay
   */
  public Backoff(Duration first, Duration max) {
    this.first = first;
    this.max = max;
    this.next = first;
  }

  /** Returns the delay after one more failure. */
  public Duration next() {
    Duration delay = next;
    Duration doubled = delay.multipliedBy(2);
    next = doubled.compareTo(max) < 0 ? doubled : max;
    return delay;
  }

  /** Starts over with the first delay, after a success. */
  public void reset() {
    next = first;
  }

  /** Returns a random duration between half of {@code max} and {@code max}. */
  public static Duration jittered(Duration max) {
    long millis = max.toMillis();
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1));
  }
}
