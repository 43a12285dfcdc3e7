package dev.boardcast.lab.load;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A {@link LoadRun} of a fixed duration that causes no fault but an avalanche. */
public final class TimedLoadRun {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);

  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile LoadRun run;

  /** Ends the run early; it reports what came within a few seconds. Thread safe. */
  public void stop() {
    stopped.countDown();
    if (run != null) run.stopWaiting();
  }

  /**
   * Runs it, once. Blocks; call it on no event loop.
   *
   * @param progress called once a second
   * @return with a violation, and before the duration is over, if not all clients can subscribe
   */
  public LoadReport run(Vertx vertx, LoadOptions options, Consumer<LoadRun.Progress> progress)
      throws InterruptedException {
    run = new LoadRun(vertx, options);
    if (stopped.getCount() == 0) run.stopWaiting();
    try {
      var clients = options.clients();
      if (!run.connect(CONNECT_LIMIT.plusSeconds(clients.count() / clients.connectsPerSecond()))) {
        return run.finish();
      }
      run.startWriting();
      long seconds = Math.max(1, options.duration().toSeconds());
      for (long second = 0; second < seconds && !run.isRejected(); second++) {
        if (stopped.await(1, TimeUnit.SECONDS)) break;
        progress.accept(run.progress());
        if (second == seconds / 2 && clients.profile() == LoadProfile.AVALANCHE) {
          run.disconnect(1);
          run.faultEnded();
        }
      }
      return run.finish();
    } finally {
      run.close();
    }
  }
}
