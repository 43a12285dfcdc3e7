package dev.boardcast.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/** The connections that a node hands on right now, counted. Thread safe. */
final class Tunnels {
  private final Promise<Void> none = Promise.promise();
  private int open;
  private boolean last;

  synchronized void opened() {
    open++;
  }

  synchronized void ended() {
    open--;
    tell();
  }

  synchronized boolean isEmpty() {
    return open == 0;
  }

  /** Completes when there is none any more; no more are to be opened. */
  synchronized Future<Void> none() {
    last = true;
    tell();
    return none.future();
  }

  private void tell() {
    if (last && open == 0) none.tryComplete();
  }
}
