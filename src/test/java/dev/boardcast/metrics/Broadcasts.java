package dev.boardcast.metrics;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Snapshot;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Records the snapshots from the bus, and waits for one. */
public final class Broadcasts {
  private final BlockingQueue<Snapshot> unseen = new LinkedBlockingQueue<>();
  private final List<Snapshot> all = new CopyOnWriteArrayList<>();

  public Broadcasts(TypedBus bus) throws Exception {
    bus.subscribe(
            Addresses.SNAPSHOTS,
            snapshot -> {
              all.add(snapshot);
              unseen.add(snapshot);
            })
        .await(10, TimeUnit.SECONDS);
  }

  /** Returns the next snapshot that matches; skips others. */
  Snapshot await(Predicate<Snapshot> wanted) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    Snapshot last = null;
    while (true) {
      var next = unseen.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (next == null) throw new AssertionError("no match within 30 s; the last was " + last);
      last = next;
      if (wanted.test(next)) return next;
    }
  }

  public Snapshot awaitTotal(long total) throws Exception {
    return await(snapshot -> total(snapshot) == total && !snapshot.stale());
  }

  List<Snapshot> all() {
    return all;
  }

  static long total(Snapshot snapshot) {
    try {
      return Json.MAPPER.readTree(snapshot.data().text()).get("total_decisions").asLong();
    } catch (java.io.IOException broken) {
      throw new AssertionError(snapshot.toString(), broken);
    }
  }
}
