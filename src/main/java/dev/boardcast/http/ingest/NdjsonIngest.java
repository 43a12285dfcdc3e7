package dev.boardcast.http.ingest;

import dev.boardcast.http.BodyPace;
import dev.boardcast.http.CurrentAccess;
import dev.boardcast.http.Gunzip;
import dev.boardcast.http.GzipBody;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.ingest.IngestService.Numbered;
import dev.boardcast.spi.FactSink;
import dev.boardcast.spi.Ingest;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads one NDJSON body into a sink. One batch is stored while the next is read; the request is
 * paused beyond that, so memory does not grow with the body, and the event loop is given back after
 * some milliseconds of reading. Confined to the request's event loop.
 */
final class NdjsonIngest<T> implements LineSplitter.Lines {
  // Bounds batches of long lines.
  private static final int MAX_BATCH_BYTES = 1 << 20;

  private record Batch<T>(List<Numbered<T>> facts, int bytes) {}

  /** Bounds how fast a client writes. */
  @FunctionalInterface
  interface ReadRate {
    /** Counts what was read; returns the milliseconds to wait before more is read. */
    long read(long lines, long bytes);
  }

  private final HttpConfig config;
  private final Class<T> type;
  private final FactSink<T> sink;
  private final BatchResult result;
  private final Promise<Void> done = Promise.promise();
  private final ArrayDeque<Batch<T>> batches = new ArrayDeque<>();
  private List<Numbered<T>> next = new ArrayList<>();
  private final LoopTime loop = LoopTime.ofThread();
  private final LineSplitter lines;
  private RoutingContext context;
  private HttpServerRequest request;
  private int nextBytes;
  private boolean storing;
  private boolean ended;
  private boolean later;
  private ReadRate pace;
  private long readLines;
  private long readBytes;
  private boolean paused;
  private final UploadMemory memory;
  // Of lines that are not stored.
  private long heldBytes;
  // Of a compressed body.
  private Gunzip gzip;

  NdjsonIngest(HttpConfig config, Class<T> type, FactSink<T> sink, UploadMemory memory) {
    this.config = config;
    this.type = type;
    this.sink = sink;
    this.memory = memory;
    result = new BatchResult(config.maxRejections());
    lines = new LineSplitter(config.maxLine(), this);
  }

  /** Completes when the last line is stored; fails when the request or the sink fails. */
  Future<Ingest.Summary> consume(RoutingContext body, ReadRate ofClient) {
    context = body;
    pace = ofClient;
    request = context.request();
    request.exceptionHandler(done::tryFail);
    if (GzipBody.isCompressed(context)) gzip = new Gunzip();
    request.handler(
        buffer -> {
          if (gzip == null) lines.feed(buffer);
          else gzip.feed(buffer.getBytes());
          read();
        });
    request.endHandler(end -> end());
    return done.future().onComplete(over -> release()).map(stored -> result.summary());
  }

  private void end() {
    ended = true;
    if (gzip != null && !done.future().isComplete() && !gzip.isComplete()) {
      fail(Gunzip.malformed());
      return;
    }
    lines.end();
    store();
  }

  /** Whether bytes wait to be read; of a compressed body, takes the next piece. */
  private boolean hasMore() {
    if (gzip == null || lines.hasMore() || done.future().isComplete()) return lines.hasMore();
    byte[] piece = gzip.next();
    if (piece.length > 0) lines.feed(Buffer.buffer(piece));
    return piece.length > 0;
  }

  private void release() {
    if (gzip != null) gzip.close();
  }

  /** Reads lines until the buffer ends, a whole batch waits, or the loop is needed elsewhere. */
  private void read() {
    if (done.future().isComplete()) return;
    try {
      readBatch();
    } catch (Problem notGzip) {
      loop.leave();
      fail(notGzip);
    }
  }

  private void readBatch() {
    boolean spent = false;
    loop.enter();
    while (hasMore() && batches.isEmpty()) {
      spent = loop.isSpent();
      if (spent) break;
      lines.next();
    }
    loop.leave();
    long wait = Math.max(spent ? LoopTime.PAUSE_MILLIS : 0, pace.read(readLines, readBytes));
    readLines = 0;
    readBytes = 0;
    pause(wait > 0 || hasMore() || !batches.isEmpty());
    if (wait > 0) {
      later = true;
      context
          .vertx()
          .setTimer(
              wait,
              passed -> {
                later = false;
                readOn();
              });
    }
    store();
  }

  private void readOn() {
    if (later || ended || !batches.isEmpty()) return;
    read();
  }

  private void pause(boolean wanted) {
    if (wanted == paused) return;
    paused = wanted;
    BodyPace.reading(context, !wanted);
    if (wanted) request.pause();
    else request.resume();
  }

  @Override
  public void line(long number, byte[] bytes) {
    readLines++;
    readBytes += bytes.length;
    try {
      next.add(new Numbered<>(number, JsonBody.decode(bytes, type)));
      nextBytes += bytes.length;
      heldBytes += bytes.length;
      boolean isFull =
          next.size() >= config.batch() || nextBytes >= MAX_BATCH_BYTES || !memory.hold(heldBytes);
      if (isFull) batches.add(takeNext());
    } catch (Problem problem) {
      result.reject(number, problem);
    }
  }

  @Override
  public void overlong(long number) {
    readLines++;
    readBytes += config.maxLine();
    result.reject(
        number, Problem.invalid("line", "at most " + config.maxLine() + " bytes in one line"));
  }

  private Batch<T> takeNext() {
    var batch = new Batch<>(next, nextBytes);
    next = new ArrayList<>();
    nextBytes = 0;
    return batch;
  }

  /** Fails, and discards the rest of the body so that the connection can be used again. */
  private void fail(Throwable failure) {
    batches.clear();
    next.clear();
    // A request that has ended takes no other handler.
    if (!ended) {
      request.handler(rest -> {});
      request.resume();
    }
    done.tryFail(failure);
  }

  /** The caller may no longer write; what was stored stays. */
  private void refuse(Problem refusal) {
    if (!ended) CurrentAccess.endUpload(context);
    fail(refusal);
  }

  private void store() {
    if (storing || done.future().isComplete()) return;
    Batch<T> waiting = batches.poll();
    Batch<T> batch = waiting == null && !next.isEmpty() ? takeNext() : waiting;
    if (batch == null) {
      if (ended) done.tryComplete();
      return;
    }
    Optional<Problem> refusal = CurrentAccess.refusal(context);
    if (refusal.isPresent()) {
      refuse(refusal.get());
      return;
    }
    storing = true;
    // The next batch is read meanwhile.
    readOn();
    IngestService.store(batch.facts(), sink, result)
        .onComplete(
            (stored, failure) -> {
              storing = false;
              heldBytes -= batch.bytes();
              memory.shrink(heldBytes);
              if (failure != null) {
                fail(failure);
                return;
              }
              store();
            });
  }
}
