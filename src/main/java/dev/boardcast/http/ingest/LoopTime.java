package dev.boardcast.http.ingest;

/**
 * Divides the time of one event loop: reading facts gives the loop back after some milliseconds, so
 * that connections and timers go on meanwhile. Shared by all requests of the loop; one per thread.
 */
final class LoopTime {
  /** How long a reader that has used its time waits, which lets the loop read its sockets. */
  static final long PAUSE_MILLIS = 1;

  private static final long SLICE_NANOS = 4_000_000;
  // Work that goes on sooner than this after the last one is in the same turn of the loop.
  private static final long GAP_NANOS = 800_000;
  private static final ThreadLocal<LoopTime> OF_THREAD = ThreadLocal.withInitial(LoopTime::new);

  private long startedAt = System.nanoTime();
  private long leftAt = startedAt - 2 * GAP_NANOS;

  private LoopTime() {}

  static LoopTime ofThread() {
    return OF_THREAD.get();
  }

  /** Begins work; {@link #leave} ends it. */
  void enter() {
    long now = System.nanoTime();
    if (now - leftAt > GAP_NANOS) startedAt = now;
  }

  /** Whether the work must go on later. */
  boolean isSpent() {
    return System.nanoTime() - startedAt > SLICE_NANOS;
  }

  void leave() {
    leftAt = System.nanoTime();
  }
}
