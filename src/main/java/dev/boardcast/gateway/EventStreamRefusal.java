package dev.boardcast.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.protocol.SseDialect;
import dev.boardcast.gateway.transport.SseFields;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Refuses an EventSource temporarily, with a stream of status 200 that tells it when to reconnect
 * and why, and ends. Event loop of the request.
 */
final class EventStreamRefusal {
  private static final String EVENT_STREAM = "text/event-stream";

  private EventStreamRefusal() {}

  /** Whether the client accepts event streams only; one that accepts problems gets a problem. */
  static boolean suits(HttpServerRequest request) {
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    if (accept == null) return false;
    String types = accept.toLowerCase(Locale.ROOT);
    return types.contains(EVENT_STREAM) && !types.contains("json") && !types.contains("*/*");
  }

  /** Sends the problem's time to retry, spread over one more second. */
  static Future<Void> send(HttpServerRequest request, Problem problem) {
    int seconds = Math.max(1, problem.retryAfterSeconds());
    long millis = 1_000L * seconds + ThreadLocalRandom.current().nextInt(1_000);
    var body =
        Buffer.buffer(SseFields.retry(millis))
            .appendString(SseFields.comment(problem.getMessage()))
            .appendString(SseFields.lastEventId(request));
    SseDialect.INSTANCE
        .goAway(millis, 0)
        .ifPresent(away -> body.appendString(SseFields.data(new String(away.bytes(), UTF_8))));
    body.appendString(SseFields.close(CloseCode.TRY_LATER, problem.getMessage()));
    return request
        .response()
        .setStatusCode(200)
        .putHeader(HttpHeaders.CONTENT_TYPE, EVENT_STREAM)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(body);
  }
}
