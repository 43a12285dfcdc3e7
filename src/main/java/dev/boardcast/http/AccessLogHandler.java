package dev.boardcast.http;

import dev.boardcast.spi.Principal;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.web.AccessLog;
import io.vertx.core.Handler;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;

/** Writes the requests of a router to the access log when they have ended. Thread safe. */
final class AccessLogHandler implements Handler<RoutingContext> {
  private final AccessLog log;

  AccessLogHandler(AccessLog log) {
    this.log = log;
  }

  @Override
  public void handle(RoutingContext context) {
    long begin = System.nanoTime();
    context.addEndHandler(
        ended -> write(context, AnsweredStatus.of(context, ended), System.nanoTime() - begin));
    context.next();
  }

  private void write(RoutingContext context, int status, long nanos) {
    var response = context.response();
    Route route = context.currentRoute();
    log.write(
        context.request(),
        new AccessLog.Entry(
            route == null ? null : route.getPath(),
            status,
            response.bytesWritten(),
            nanos,
            RequestPrincipal.of(context).map(Principal::user).orElse(null)));
  }
}
