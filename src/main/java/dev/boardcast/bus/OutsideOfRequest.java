package dev.boardcast.bus;

import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.function.Supplier;

/**
 * Begins work that lasts longer than the request which causes it, such as a timer for all requests:
 * a timer keeps the context in which it is set, and the log names the request of that context.
 * Thread safe.
 */
public final class OutsideOfRequest {
  private OutsideOfRequest() {}

  /** Runs it at once on the same thread, in the context that the current request shares. */
  public static <T> T call(Supplier<T> work) {
    if (!(Vertx.currentContext() instanceof ContextInternal current) || !current.isDuplicate()) {
      return work.get();
    }
    ContextInternal shared = current.unwrap();
    ContextInternal before = shared.beginDispatch();
    try {
      return work.get();
    } finally {
      shared.endDispatch(before);
    }
  }

  /**
   * Sets a timer that has no request.
   *
   * @param millis at least 1
   */
  public static long setTimer(Vertx vertx, long millis, Runnable action) {
    return call(() -> vertx.setTimer(millis, due -> action.run()));
  }
}
