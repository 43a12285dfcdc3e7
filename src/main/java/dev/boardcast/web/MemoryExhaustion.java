package dev.boardcast.web;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Passes an {@link OutOfMemoryError} on to those who must end what they run: after one, nothing can
 * be relied on, since it may have been thrown anywhere. Every place that catches errors in general
 * reports them here. Of the whole process; thread safe.
 */
public final class MemoryExhaustion {
  private static final int MAX_CAUSES = 20;

  // Read without an iterator, for which there may be no memory.
  private static volatile List<Consumer<Throwable>> listeners = List.of();

  private MemoryExhaustion() {}

  /**
   * Adds a listener, which is called once for each report, on any thread. It must not need much
   * memory.
   *
   * @return removes it
   */
  public static Runnable listen(Consumer<Throwable> listener) {
    change(all -> all.add(listener));
    return () -> change(all -> all.remove(listener));
  }

  private static synchronized void change(Consumer<List<Consumer<Throwable>>> change) {
    var changed = new ArrayList<>(listeners);
    change.accept(changed);
    listeners = List.copyOf(changed);
  }

  /** Tells the listeners when the failure, or what caused it, is an {@link OutOfMemoryError}. */
  public static void report(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++, cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError) {
        List<Consumer<Throwable>> all = listeners;
        for (int j = 0; j < all.size(); j++) all.get(j).accept(cause);
        return;
      }
    }
  }
}
