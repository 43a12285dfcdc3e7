package dev.boardcast.http;

import dev.boardcast.spi.Ingest;
import dev.boardcast.spi.Problem;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * Answers 503 to a request whose answer has not begun in time, since what it waits for may never
 * come: a database that is frozen rather than gone. The work is not undone; a retry with the same
 * key finds what became of it. Bodies that are streamed take the time they need.
 */
final class RequestTimeout implements Handler<RoutingContext> {
  private final Duration limit;

  RequestTimeout(Duration limit) {
    this.limit = limit;
  }

  @Override
  public void handle(RoutingContext context) {
    if (!Ingest.isNdjson(context)) {
      var vertx = context.vertx();
      long timer = vertx.setTimer(limit.toMillis(), passed -> giveUp(context));
      context.addEndHandler(ended -> vertx.cancelTimer(timer));
    }
    context.next();
  }

  private void giveUp(RoutingContext context) {
    if (context.response().headWritten()) return;
    context.fail(Problem.unavailable("no answer within " + limit.toSeconds() + " s; try again", 1));
  }
}
