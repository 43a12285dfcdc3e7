package dev.boardcast.gateway.transport;

import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.protocol.Frame;
import dev.boardcast.http.Backpressure;
import io.vertx.core.Context;

/**
 * An outlet whose bytes go through a tunnel of this process: it also heeds whether the client at
 * the tunnel's end takes more. To one that was slow to take what it had, it sends no more than it
 * takes in half a second, and ever more as long as all is taken: how much fits on the way to the
 * tunnel says nothing of the client. One event loop.
 */
public final class HeldOutlet implements Transport {
  private static final int LEAST = 1 << 10;
  private static final int ENOUGH = 64 << 10;
  private static final int GROWTH = 2;
  // Longer than the way to the tunnel takes.
  private static final int LOOK_MILLIS = 20;
  // A tunnel says that a client takes no more when about so much waits for it.
  private static final long HELD_BYTES = 1 << 10;
  private static final long HALF_A_SECOND = 500_000_000;

  private final Transport outlet;
  private final Backpressure backpressure;
  private final GatewayLoop loop;
  private Listener listener;
  private int most = ENOUGH;
  private int left = ENOUGH;
  private long writtenAt;
  private boolean waiting;
  private boolean looking;

  public HeldOutlet(Transport outlet, Backpressure backpressure, GatewayLoop loop) {
    this.outlet = outlet;
    this.backpressure = backpressure;
    this.loop = loop;
  }

  @Override
  public void attach(Listener to) {
    listener = to;
    outlet.attach(to);
    // The tunnel has an event loop of its own.
    Context here = loop.vertx().getOrCreateContext();
    backpressure.onRelease(() -> here.runOnContext(told -> released()));
  }

  @Override
  public boolean isWritable() {
    if (backpressure.isHeld()) waiting = true;
    if (waiting) return false;
    if (left <= 0 && !grow()) {
      look();
      return false;
    }
    return outlet.isWritable();
  }

  @Override
  public void write(Frame frame) {
    if (most < ENOUGH) {
      left -= frame.bytes().length;
      writtenAt = loop.now();
    }
    outlet.write(frame);
  }

  @Override
  public void ping() {
    outlet.ping();
  }

  @Override
  public void pause() {
    outlet.pause();
  }

  @Override
  public void resume() {
    outlet.resume();
  }

  @Override
  public void close(int code, String reason) {
    outlet.close(code, reason);
  }

  @Override
  public void kill() {
    outlet.kill();
  }

  private void released() {
    waiting = false;
    long inTime = HELD_BYTES * HALF_A_SECOND / Math.max(1, backpressure.heldNanos());
    most = left = (int) Math.max(LEAST, Math.min(inTime, ENOUGH));
    listener.writable();
  }

  /** More, once the tunnel has had the time to say that it was too much. */
  private boolean grow() {
    if (loop.now() - writtenAt < LOOK_MILLIS) return false;
    most = left = Math.min(GROWTH * most, ENOUGH);
    return true;
  }

  private void look() {
    if (looking) return;
    looking = true;
    loop.later(
        LOOK_MILLIS,
        () -> {
          looking = false;
          listener.writable();
        });
  }
}
