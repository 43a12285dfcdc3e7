package dev.boardcast.lab.replay;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Sends a file of recorded facts to the public API. A bounded number of requests is in flight;
 * operations on one task stay in order, and what others refer to is sent before them.
 */
public final class Replay {
  private static final int LANES = 16;
  private static final int MAX_IN_FLIGHT = 64;
  private static final Duration MIN_FLUSH_DELAY = Duration.ofMillis(20);

  private final ReplayOptions options;
  private final ReplayClient client;
  private final LongConsumer progress;
  private final ReplayReport report = new ReplayReport();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);
  private final List<Future<?>> lanes =
      new ArrayList<>(Collections.nCopies(LANES, Future.succeededFuture()));

  /**
   * @param progress receives the bytes of lines whose response came; one call at a time
   */
  public Replay(Vertx vertx, ReplayOptions options, LongConsumer progress) {
    this.options = options;
    this.client = new ReplayClient(vertx, options, LANES);
    this.progress = progress;
  }

  /** The names of the boards that can be replayed. */
  public static Set<String> boards() {
    return ReplayBoard.ALL.keySet();
  }

  /** Sends nothing more; waits a few seconds for responses. Thread safe. */
  public void stop() {
    report.abort("interrupted");
    stopped.countDown();
    client.stopRetrying();
  }

  /**
   * Sends the file, up to a failure that no retry can fix. Blocks; call it once, on no event loop.
   *
   * @throws IOException if the file cannot be read
   */
  public ReplayReport run(InputStream facts) throws IOException, InterruptedException {
    var board = ReplayBoard.ALL.get(options.board()).get();
    try (var lines = new ReplayLines(facts)) {
      var schedule = options.speed().map(speed -> new ReplaySpeed(speed, board.timeFields()));
      for (var line = lines.next(); line.isPresent() && isRunning(); line = lines.next()) {
        if (schedule.isPresent()) await(schedule.get().delay(line.get().text()), board);
        add(board, line.get());
      }
      board.flush(this::send);
      inFlight.acquire(MAX_IN_FLIGHT);
      return report;
    } finally {
      client.close();
    }
  }

  private boolean isRunning() {
    return report.aborted().isEmpty();
  }

  private void add(ReplayBoard board, ReplayLines.ReplayLine line) {
    try {
      if (line.tooLong()) throw new IllegalArgumentException("expected a shorter line");
      board.add(line, this::send);
    } catch (IllegalArgumentException invalid) {
      report.count(0, 0, 1);
      report.reason(line.number(), invalid.getMessage());
      addProgress(line.bytes());
    }
  }

  private void await(Duration delay, ReplayBoard board) throws InterruptedException {
    if (delay.compareTo(MIN_FLUSH_DELAY) > 0) board.flush(this::send);
    stopped.await(delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void send(ReplayRequest request) {
    inFlight.acquireUninterruptibly();
    int lane = Math.floorMod(request.order(), LANES);
    lanes.set(
        lane,
        lanes
            .get(lane)
            .transform(before -> isRunning() ? client.send(request) : Future.succeededFuture())
            .onComplete(
                (response, failure) -> {
                  complete(request, response, failure);
                  inFlight.release();
                }));
    if (request.isBarrier()) {
      inFlight.acquireUninterruptibly(MAX_IN_FLIGHT);
      inFlight.release(MAX_IN_FLIGHT);
    }
  }

  private void complete(ReplayRequest request, HttpResponse<Buffer> response, Throwable failure) {
    if (failure != null) {
      report.count(0, 0, request.lines().size());
      report.reason(request.lines().get(0), "no response: " + failure.getMessage());
      report.abort("no response from " + options.url() + ": " + failure.getMessage());
    } else if (response != null) {
      ReplayResponse.count(request, response, report);
      addProgress(request.bytes());
    }
  }

  private synchronized void addProgress(long bytes) {
    progress.accept(bytes);
  }
}
