package dev.boardcast.http.ingest;

import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.ingest.Ingest.Numbered;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * One NDJSON body on its way into a sink: lines are decoded as they come, one chunk is stored while
 * the next gathers, and the sender is held back beyond that. Memory does not grow with the body.
 */
final class NdjsonIngest<T> implements LineSplitter.Lines {
  // Long lines make a chunk before there are many of them.
  private static final int CHUNK_BYTES = 1 << 20;

  private final HttpConfig config;
  private final Class<T> type;
  private final Ingest.Judge<T> judge;
  private final BatchResult result;
  private final Promise<Void> done = Promise.promise();
  private final ArrayDeque<List<Numbered<T>>> chunks = new ArrayDeque<>();
  private List<Numbered<T>> gathering = new ArrayList<>();
  private HttpServerRequest request;
  private int gatheredBytes;
  private boolean storing;
  private boolean ended;

  NdjsonIngest(HttpConfig config, Class<T> type, Ingest.Judge<T> judge, BatchResult result) {
    this.config = config;
    this.type = type;
    this.judge = judge;
    this.result = result;
  }

  /** Completes when the last line is stored; fails when the sender or the sink fails. */
  Future<Void> consume(HttpServerRequest body) {
    request = body;
    var splitter = new LineSplitter(config.maxLine(), this);
    body.exceptionHandler(done::tryFail);
    body.handler(
        buffer -> {
          splitter.feed(buffer);
          store();
          // One buffer may hold several chunks; what it held is all that waits.
          if (!chunks.isEmpty()) request.pause();
        });
    body.endHandler(
        end -> {
          splitter.end();
          ended = true;
          store();
        });
    return done.future();
  }

  @Override
  public void line(long number, byte[] bytes) {
    try {
      gathering.add(new Numbered<>(number, JsonBody.decode(bytes, type)));
      gatheredBytes += bytes.length;
      boolean isFull = gathering.size() >= config.batch() || gatheredBytes >= CHUNK_BYTES;
      if (isFull) chunks.add(gathered());
    } catch (Problem problem) {
      result.reject(number, problem);
    }
  }

  @Override
  public void overlong(long number) {
    result.reject(
        number, Problem.invalid("line", "at most " + config.maxLine() + " bytes in one line"));
  }

  private List<Numbered<T>> gathered() {
    var chunk = gathering;
    gathering = new ArrayList<>();
    gatheredBytes = 0;
    return chunk;
  }

  /** The rest of the body is let through unread: the connection is good for another request. */
  private void giveUp(Throwable failure) {
    chunks.clear();
    gathering.clear();
    // A body that was read to its end takes no other handler.
    if (!ended) {
      request.handler(rest -> {});
      request.resume();
    }
    done.tryFail(failure);
  }

  private void store() {
    if (storing || done.future().isComplete()) return;
    List<Numbered<T>> next = chunks.poll();
    if (next == null && !gathering.isEmpty()) next = gathered();
    if (next == null) {
      if (ended) done.tryComplete();
      return;
    }
    storing = true;
    // The next chunk gathers meanwhile.
    if (chunks.isEmpty() && !ended) request.resume();
    Ingest.store(judge, next, result)
        .onComplete(
            (stored, failure) -> {
              storing = false;
              if (failure != null) {
                giveUp(failure);
                return;
              }
              store();
            });
  }
}
