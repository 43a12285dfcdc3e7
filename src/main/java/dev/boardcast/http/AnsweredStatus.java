package dev.boardcast.http;

import io.vertx.core.AsyncResult;
import io.vertx.ext.web.RoutingContext;

/** The status that a request has ended with. */
final class AnsweredStatus {
  /** Of a request whose client left before the head of the response was sent. */
  static final int ABANDONED = 499;

  private AnsweredStatus() {}

  /**
   * @param ended as end handlers of the context are told
   */
  static int of(RoutingContext context, AsyncResult<Void> ended) {
    var response = context.response();
    return ended.failed() && !response.headWritten() ? ABANDONED : response.getStatusCode();
  }
}
