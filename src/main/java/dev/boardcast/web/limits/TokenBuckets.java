package dev.boardcast.web.limits;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A token bucket for each client. A full bucket is forgotten, so the table holds only clients of
 * the last window; beyond {@value #MAX_CLIENTS} of them, new ones share one bucket. Thread safe.
 */
final class TokenBuckets {
  private static final int MAX_CLIENTS = 100_000;
  private static final String OTHERS = "";

  private final long capacity;
  private final double perNano;
  private final long windowNanos;
  private final LongSupplier nanos;
  private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
  private final AtomicLong sweepAt;

  private static final class Bucket {
    private double tokens;
    private long at;

    private Bucket(double tokens, long at) {
      this.tokens = tokens;
      this.at = at;
    }
  }

  /**
   * @param capacity most tokens of a client, which are there at the beginning
   * @param windowNanos in which an empty bucket fills up
   */
  TokenBuckets(long capacity, long windowNanos) {
    this(capacity, windowNanos, System::nanoTime);
  }

  TokenBuckets(long capacity, long windowNanos, LongSupplier nanos) {
    this.capacity = capacity;
    this.perNano = (double) capacity / windowNanos;
    this.windowNanos = windowNanos;
    this.nanos = nanos;
    this.sweepAt = new AtomicLong(nanos.getAsLong() + windowNanos);
  }

  /**
   * Takes tokens, unless the bucket is empty. More than are there may be taken: the client then
   * waits until they have come back.
   *
   * @return 0 when they were taken, otherwise the nanoseconds until one is there
   */
  long take(String client, long tokens) {
    long now = nanos.getAsLong();
    sweep(now);
    Bucket bucket = bucket(client, now);
    synchronized (bucket) {
      fill(bucket, now);
      if (bucket.tokens < 1) return waitFor(bucket);
      bucket.tokens -= tokens;
      return 0;
    }
  }

  /**
   * Takes tokens even from an empty bucket.
   *
   * @return the nanoseconds until one is there again; 0 when there is
   */
  long charge(String client, long tokens) {
    long now = nanos.getAsLong();
    sweep(now);
    Bucket bucket = bucket(client, now);
    synchronized (bucket) {
      fill(bucket, now);
      bucket.tokens -= tokens;
      return bucket.tokens < 1 ? waitFor(bucket) : 0;
    }
  }

  int clients() {
    return buckets.size();
  }

  private Bucket bucket(String client, long now) {
    Bucket known = buckets.get(client);
    if (known != null) return known;
    String key = buckets.size() < MAX_CLIENTS ? client : OTHERS;
    return buckets.computeIfAbsent(key, same -> new Bucket(capacity, now));
  }

  private void fill(Bucket bucket, long now) {
    bucket.tokens = Math.min(capacity, bucket.tokens + (now - bucket.at) * perNano);
    bucket.at = now;
  }

  private long waitFor(Bucket bucket) {
    return Math.max(1, (long) Math.ceil((1 - bucket.tokens) / perNano));
  }

  /** Forgets full buckets, once in a window. */
  private void sweep(long now) {
    long due = sweepAt.get();
    if (now - due < 0 || !sweepAt.compareAndSet(due, now + windowNanos)) return;
    buckets
        .values()
        .removeIf(
            bucket -> {
              synchronized (bucket) {
                fill(bucket, now);
                return bucket.tokens >= capacity;
              }
            });
  }
}
