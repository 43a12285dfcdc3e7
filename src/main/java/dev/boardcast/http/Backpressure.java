package dev.boardcast.http;

/**
 * Whether a client takes more of what a tunnel of this process brings it: told by the tunnel, heard
 * by the gateway at its other end, which keeps back what something newer may replace. What is on
 * the way between the two nobody could replace. Thread safe.
 */
public final class Backpressure {
  private volatile boolean held;
  private volatile Runnable onRelease = () -> {};

  /** Whether to keep back what can wait; {@link #onRelease} tells when that is over. */
  public boolean isHeld() {
    return held;
  }

  /**
   * @param task run by the tunnel's thread each time the client takes more again
   */
  public void onRelease(Runnable task) {
    onRelease = task;
  }

  /** The client takes no more. */
  public void hold() {
    held = true;
  }

  /** It takes more again. */
  public void release() {
    if (!held) return;
    held = false;
    onRelease.run();
  }
}
