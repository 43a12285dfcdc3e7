package dev.boardcast.http;

import java.util.function.LongSupplier;

/**
 * Whether a client takes more of what a tunnel of this process brings it: told by the tunnel, heard
 * by the gateway at its other end, which keeps back what something newer may replace. What is on
 * the way between the two nobody could replace. Thread safe.
 */
public final class Backpressure {
  private final LongSupplier nanos;
  private volatile boolean held;
  private volatile long heldAt;
  private volatile long heldNanos;
  private volatile Runnable onRelease = () -> {};

  public Backpressure() {
    this(System::nanoTime);
  }

  /**
   * @param nanos the clock, in ns since whenever
   */
  public Backpressure(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Whether to keep back what can wait; {@link #onRelease} tells when that is over. */
  public boolean isHeld() {
    return held;
  }

  /** How long that took the last time, in ns. */
  public long heldNanos() {
    return heldNanos;
  }

  /**
   * @param task run by the tunnel's thread each time the client takes more again
   */
  public void onRelease(Runnable task) {
    onRelease = task;
  }

  /** The client takes no more. */
  public void hold() {
    heldAt = nanos.getAsLong();
    held = true;
  }

  /** It takes more again. */
  public void release() {
    if (!held) return;
    heldNanos = nanos.getAsLong() - heldAt;
    held = false;
    onRelease.run();
  }
}
