package dev.boardcast.event;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.OutboxHint;
import dev.boardcast.bus.TypedBus;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.stream.IntStream;

/**
 * About one hint per shard and millisecond: the first goes out at once, those that follow within
 * the millisecond become one at its end. Safe to use from any thread.
 */
final class OutboxHints {
  private static final long SPACING_NANOS = 1_000_000;

  private final Vertx vertx;
  private final TypedBus bus;
  private final List<Gate> gates;

  OutboxHints(Vertx vertx, TypedBus bus) {
    this.vertx = vertx;
    this.bus = bus;
    gates = IntStream.range(0, Shards.COUNT).mapToObj(Gate::new).toList();
  }

  void hint(int shard) {
    gates.get(shard).hint();
  }

  private final class Gate {
    private final OutboxHint hint;
    private long sentNanos = System.nanoTime() - 2 * SPACING_NANOS;
    private boolean due;

    Gate(int shard) {
      hint = new OutboxHint(shard);
    }

    void hint() {
      if (passes()) bus.publish(Addresses.OUTBOX_HINTS, hint);
    }

    private synchronized boolean passes() {
      long now = System.nanoTime();
      // Not "unless one is due": a timer ends with the verticle that set it, the gate must not.
      if (now - sentNanos >= 2 * SPACING_NANOS) {
        sentNanos = now;
        due = false;
        return true;
      }
      if (!due) {
        due = true;
        vertx.setTimer(1, passed -> follow());
      }
      return false;
    }

    private void follow() {
      if (follows()) bus.publish(Addresses.OUTBOX_HINTS, hint);
    }

    private synchronized boolean follows() {
      if (!due) return false;
      due = false;
      sentNanos = System.nanoTime();
      return true;
    }
  }
}
