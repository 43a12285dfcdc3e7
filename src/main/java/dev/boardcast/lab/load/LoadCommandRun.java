package dev.boardcast.lab.load;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A run without faults of its making, for so long. */
public final class LoadCommandRun {
  private static final Duration ARRIVAL = Duration.ofSeconds(30);

  private final CountDownLatch over = new CountDownLatch(1);
  private volatile LoadRun trial;

  /** Ends it before its time: what has come is told, settled if that is soon. Thread safe. */
  public void end() {
    over.countDown();
    if (trial != null) trial.hurry();
  }

  /**
   * Runs it, once. Blocks; not on an event loop.
   *
   * @param progress told once a second
   * @return at once with a complaint when not all clients can follow their topics
   */
  public LoadReport run(Vertx vertx, LoadOptions options, Consumer<LoadRun.Pulse> progress)
      throws InterruptedException {
    trial = new LoadRun(vertx, options);
    if (over.getCount() == 0) trial.hurry();
    try {
      Duration arrival = ARRIVAL.plusSeconds(options.clients() / options.connectsPerSecond());
      if (!trial.open(arrival)) return trial.finish();
      trial.write();
      long seconds = Math.max(1, options.duration().toSeconds());
      for (long second = 0; second < seconds && !trial.isRefused(); second++) {
        if (over.await(1, TimeUnit.SECONDS)) break;
        progress.accept(trial.pulse());
        if (second == seconds / 2 && options.profile() == LoadProfile.AVALANCHE) {
          trial.cut(1);
          trial.faultEnded();
        }
      }
      return trial.finish();
    } finally {
      trial.close();
    }
  }
}
