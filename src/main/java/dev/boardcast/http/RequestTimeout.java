package dev.boardcast.http;

import dev.boardcast.spi.Ingest;
import dev.boardcast.spi.Problem;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * Responds with 503 to a request whose response has not begun in time, for example because the
 * database hangs. The work is not cancelled: a retry with the same key gets its outcome. Streamed
 * bodies have no limit.
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
