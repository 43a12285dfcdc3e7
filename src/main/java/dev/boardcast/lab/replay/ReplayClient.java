package dev.boardcast.lab.replay;

import dev.boardcast.lab.load.RetryDelay;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.time.Duration;
import java.time.Instant;

/** Sends requests and retries them: their keys make a repetition harmless. Thread safe. */
final class ReplayClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final long FIRST_DELAY = 100;
  private static final long MAX_DELAY = 5000;
  private static final long LAST_WAIT = 3000;

  private final Vertx vertx;
  private final ReplayOptions options;
  private final WebClient client;
  private final String base;
  private final Promise<Void> stopped = Promise.promise();

  ReplayClient(Vertx vertx, ReplayOptions options, int connections) {
    this.vertx = vertx;
    this.options = options;
    this.client =
        WebClient.create(
            vertx,
            new WebClientOptions().setConnectTimeout(3000).setFollowRedirects(false),
            new PoolOptions().setHttp1MaxSize(connections));
    this.base = options.url().toString().replaceAll("/+$", "");
  }

  /**
   * Sends a request until the response is final.
   *
   * @return fails if there was none within the patience
   */
  Future<HttpResponse<Buffer>> send(ReplayRequest request) {
    return send(request, 0, Instant.now().plus(options.patience()));
  }

  /** Retries nothing, and waits a few seconds for requests in flight. */
  void stopRetrying() {
    stopped.tryComplete();
    vertx.setTimer(LAST_WAIT, waited -> client.close());
  }

  void close() {
    client.close();
  }

  private Future<HttpResponse<Buffer>> send(ReplayRequest request, int attempt, Instant end) {
    return attempt(request)
        .transform(
            response -> {
              boolean isFinal =
                  response.succeeded()
                      && !ReplayResponse.isTransient(response.result().statusCode());
              if (isFinal) return Future.succeededFuture(response.result());
              long delay = delayMillis(attempt, response.succeeded() ? response.result() : null);
              if (isStopped() || Instant.now().plusMillis(delay).isAfter(end)) {
                return Future.failedFuture(
                    response.succeeded()
                        ? "still status " + response.result().statusCode()
                        : response.cause().getMessage());
              }
              return Future.any(vertx.timer(delay), stopped.future())
                  .compose(
                      waited ->
                          isStopped()
                              ? Future.failedFuture("interrupted before there was a response")
                              : send(request, attempt + 1, end));
            });
  }

  private boolean isStopped() {
    return stopped.future().isComplete();
  }

  private Future<HttpResponse<Buffer>> attempt(ReplayRequest request) {
    var call =
        client
            .requestAbs(request.method(), base + request.path())
            .timeout(TIMEOUT.toMillis())
            .putHeader(HttpHeaders.ACCEPT.toString(), ReplayRequest.JSON);
    options.token().ifPresent(call::bearerTokenAuthentication);
    request.idempotencyKey().ifPresent(key -> call.putHeader("Idempotency-Key", key));
    if (request.body().length() == 0) return call.send();
    return call.putHeader(HttpHeaders.CONTENT_TYPE.toString(), request.contentType())
        .sendBuffer(request.body());
  }

  /** With backoff, but not before the time that the node's Retry-After says. */
  private static long delayMillis(int attempt, HttpResponse<Buffer> response) {
    long delay = RetryDelay.millis(attempt, FIRST_DELAY, MAX_DELAY);
    String after = response == null ? null : response.getHeader(HttpHeaders.RETRY_AFTER.toString());
    return after != null && after.matches("\\d{1,4}")
        ? Math.max(delay, Long.parseLong(after) * 1000)
        : delay;
  }
}
