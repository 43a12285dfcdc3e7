package dev.boardcast.bench;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.FactsCommitted;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.Vertx;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Measures how long facts take from their commit to the snapshot on the bus. Calls block. */
final class SnapshotProbe {
  private final String board;
  private final TypedBus bus;
  private final LinkedBlockingQueue<Snapshot> received = new LinkedBlockingQueue<>();
  private Snapshot last;

  SnapshotProbe(Vertx vertx, String board) throws Exception {
    this.board = board;
    bus = new TypedBus(vertx);
    bus.subscribe(
            Addresses.SNAPSHOTS,
            snapshot -> {
              if (snapshot.board().equals(board)) received.add(snapshot);
            })
        .await(30, TimeUnit.SECONDS);
  }

  /** Waits for the board's first snapshot, which is computed from all facts. */
  void awaitFirst() throws InterruptedException {
    last = received.poll(10, TimeUnit.MINUTES);
    if (last == null) throw new IllegalStateException("no snapshot after ten minutes");
  }

  /** Milliseconds from the end of a commit to the snapshot that it caused. */
  double millis(Commit commit) throws Exception {
    for (Snapshot next = received.poll(); next != null; next = received.poll()) last = next;
    commit.run();
    long committed = System.nanoTime();
    bus.publish(Addresses.FACTS_HINTS, new FactsCommitted(board));
    while (true) {
      var snapshot = received.poll(60, TimeUnit.SECONDS);
      if (snapshot == null) throw new IllegalStateException("no snapshot of " + board);
      if (snapshot.version() > last.version()) return (System.nanoTime() - committed) / 1e6;
    }
  }

  /** Stores facts and commits them. */
  interface Commit {
    void run() throws Exception;
  }
}
