package dev.boardcast.metrics;

import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * Long work, one piece at a time on this node, so that it never takes more than one connection and
 * one core of the database. Confined to one event loop.
 */
public final class SequentialJobs {
  private Future<?> last = Future.succeededFuture();

  /** Runs after what was asked for before, whatever came of that. */
  public <T> Future<T> run(Supplier<Future<T>> chore) {
    Future<T> mine = last.transform(before -> chore.get());
    last = mine;
    return mine;
  }
}
