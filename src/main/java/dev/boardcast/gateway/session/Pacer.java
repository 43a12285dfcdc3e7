package dev.boardcast.gateway.session;

import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.loop.TimingWheel;

/**
 * Decides when a subscription that wants only the newest of something sends it: at once, at the end
 * of its interval, or when the client has read what was sent before. The last one is always sent.
 * One event loop.
 */
final class Pacer extends TimingWheel.Entry {
  private final Subscription subscription;
  private final GatewayLoop loop;
  private final int intervalMillis;
  private final Runnable send;
  private long next = Long.MIN_VALUE;
  private boolean waits;

  /**
   * @param send sends the newest
   */
  Pacer(Subscription subscription, GatewayLoop loop, int intervalMillis, Runnable send) {
    this.subscription = subscription;
    this.loop = loop;
    this.intervalMillis = intervalMillis;
    this.send = send;
  }

  /** There is something new to send. */
  void offer() {
    if (waits) return;
    SessionWriter writer = subscription.session().writer();
    if (loop.now() < next) {
      waits = true;
      loop.wheel().schedule(this, next);
    } else if (writer.isBacklogged()) {
      waits = true;
      writer.whenDrained(this::resume);
    } else {
      next = loop.now() + intervalMillis;
      send.run();
    }
  }

  /** Whether something new was not sent yet. */
  boolean waits() {
    return waits;
  }

  @Override
  protected long check(long now) {
    resume();
    return waits && loop.now() < next ? next : TimingWheel.NEVER;
  }

  /** Sends nothing more. */
  void cancel() {
    loop.wheel().cancel(this);
  }

  private void resume() {
    waits = false;
    if (subscription.session().has(subscription)) offer();
  }
}
