package dev.boardcast.web.audit;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxServiceProvider;
import io.vertx.core.spi.context.storage.ContextLocal;
import java.util.OptionalLong;

/**
 * Keeps the id of a request in the context of its work, so that lines of the log can name it, and
 * when it has arrived. Each Vert.x that is made finds this class as a service and reserves a place
 * for the id. Thread safe.
 */
public final class RequestContext implements VertxServiceProvider {
  private static final ContextLocal<Request> REQUEST = ContextLocal.registerLocal(Request.class);

  /**
   * @param nanos {@link System#nanoTime} when its head had arrived
   */
  private record Request(String id, long nanos) {}

  // A Vert.x of another class loader has no place for it: the log names no requests then.
  private static volatile boolean missing;

  @Override
  public void init(VertxBootstrap bootstrap) {
    // The place was reserved when this class was loaded.
  }

  /** Sets the id for the work of the current request; ignored outside of a request. */
  static void set(String id) {
    // The context of a verticle lasts longer than a request.
    if (missing || !(Vertx.currentContext() instanceof ContextInternal current)) return;
    if (!current.isDuplicate()) return;
    try {
      current.putLocal(REQUEST, new Request(id, System.nanoTime()));
    } catch (IllegalArgumentException noPlace) {
      missing = true;
    }
  }

  /** The id of the request that the current thread works for; null for none. */
  public static String id() {
    Request request = current();
    return request == null ? null : request.id();
  }

  /** Nanoseconds since the head of that request had arrived; empty for none. */
  public static OptionalLong age() {
    Request request = current();
    return request == null
        ? OptionalLong.empty()
        : OptionalLong.of(System.nanoTime() - request.nanos());
  }

  private static Request current() {
    Context current = missing ? null : Vertx.currentContext();
    if (current == null) return null;
    try {
      return current.getLocal(REQUEST);
    } catch (IllegalArgumentException noPlace) {
      missing = true;
      return null;
    }
  }
}
