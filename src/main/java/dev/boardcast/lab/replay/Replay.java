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
 * Sends a recorded file of facts through the public API. Reads as fast as answers come: a bounded
 * number of requests is on its way, what belongs to one task stays in order, and what others refer
 * to goes before them.
 */
public final class Replay {
  private static final int LANES = 16;
  private static final int WINDOW = 64;
  private static final Duration WORTH_FLUSHING = Duration.ofMillis(20);

  private final ReplayOptions options;
  private final ReplayClient client;
  private final LongConsumer progress;
  private final ReplayReport report = new ReplayReport();
  private final CountDownLatch over = new CountDownLatch(1);
  private final Semaphore window = new Semaphore(WINDOW);
  private final List<Future<?>> lanes =
      new ArrayList<>(Collections.nCopies(LANES, Future.succeededFuture()));

  /**
   * @param progress told of bytes of the file as their lines are answered; one caller at a time
   */
  public Replay(Vertx vertx, ReplayOptions options, LongConsumer progress) {
    this.options = options;
    this.client = new ReplayClient(vertx, options, LANES);
    this.progress = progress;
  }

  /** Names of the boards that can be replayed. */
  public static Set<String> boards() {
    return ReplayBoard.ALL.keySet();
  }

  /** Sends no more; what was sent is told, answered if that is soon. Thread safe. */
  public void end() {
    report.abort("ended from outside");
    over.countDown();
    client.hurry();
  }

  /**
   * Sends the whole file, or what comes before something that no retry can heal. Blocks; call it
   * once, and not on an event loop.
   *
   * @throws IOException when the file cannot be read
   */
  public ReplayReport run(InputStream facts) throws IOException, InterruptedException {
    var board = ReplayBoard.ALL.get(options.board()).get();
    try (var lines = new ReplayLines(facts)) {
      var pace = options.speed().map(speed -> new ReplaySpeed(speed, board.timeFields()));
      for (var line = lines.next(); line.isPresent() && goesOn(); line = lines.next()) {
        if (pace.isPresent()) await(pace.get().before(line.get().text()), board);
        add(board, line.get());
      }
      board.flush(this::send);
      window.acquire(WINDOW);
      return report;
    } finally {
      client.close();
    }
  }

  private boolean goesOn() {
    return report.aborted().isEmpty();
  }

  private void add(ReplayBoard board, ReplayLines.Line line) {
    try {
      if (line.tooLong()) throw new IllegalArgumentException("expected a shorter line");
      board.add(line, this::send);
    } catch (IllegalArgumentException unsendable) {
      report.count(0, 0, 1);
      report.reason(line.number(), unsendable.getMessage());
      progressed(line.bytes());
    }
  }

  private void await(Duration left, ReplayBoard board) throws InterruptedException {
    if (left.compareTo(WORTH_FLUSHING) > 0) board.flush(this::send);
    over.await(left.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void send(ReplayRequest request) {
    window.acquireUninterruptibly();
    int lane = Math.floorMod(request.order(), LANES);
    lanes.set(
        lane,
        lanes
            .get(lane)
            .transform(before -> goesOn() ? client.send(request) : Future.succeededFuture())
            .onComplete(
                (answer, failure) -> {
                  answered(request, answer, failure);
                  window.release();
                }));
    if (request.isFirst()) {
      window.acquireUninterruptibly(WINDOW);
      window.release(WINDOW);
    }
  }

  private void answered(ReplayRequest request, HttpResponse<Buffer> answer, Throwable failure) {
    if (failure != null) {
      report.count(0, 0, request.lines().size());
      report.reason(request.lines().get(0), "no answer: " + failure.getMessage());
      report.abort("no answer from " + options.url() + ": " + failure.getMessage());
    } else if (answer != null) {
      ReplayResponse.count(request, answer, report);
      progressed(request.bytes());
    }
  }

  private synchronized void progressed(long bytes) {
    progress.accept(bytes);
  }
}
