package dev.boardcast.gateway;

import dev.boardcast.http.Backpressure;
import io.vertx.core.Context;

/**
 * An outlet whose bytes go through a tunnel of this process: it also heeds whether the client at
 * the tunnel's end takes more. To one that did not, it sends a little at a time again, and twice as
 * much each time that was taken: how much fits on the way to the tunnel says nothing of the client.
 * One event loop.
 */
final class HeldOutlet implements Outlet {
  private static final int LEAST = 1 << 10;
  private static final int ENOUGH = 64 << 10;
  // Longer than the way to the tunnel takes.
  private static final int LOOK_MILLIS = 20;

  private final Outlet outlet;
  private final Backpressure backpressure;
  private final GatewayLoop loop;
  private Listener listener;
  private int most = ENOUGH;
  private int left = ENOUGH;
  private boolean looking;

  HeldOutlet(Outlet outlet, Backpressure backpressure, GatewayLoop loop) {
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
    backpressure.onRelease(() -> here.runOnContext(released -> listener.writable()));
  }

  @Override
  public boolean isWritable() {
    if (backpressure.isHeld()) {
      most = left = LEAST;
      return false;
    }
    if (left <= 0) {
      look();
      return false;
    }
    return outlet.isWritable();
  }

  @Override
  public void write(Frame frame) {
    if (most < ENOUGH) left -= frame.bytes().length;
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

  private void look() {
    if (looking) return;
    looking = true;
    loop.later(
        LOOK_MILLIS,
        () -> {
          looking = false;
          if (!backpressure.isHeld()) {
            most = Math.min(2 * most, ENOUGH);
            left = most;
          }
          listener.writable();
        });
  }
}
