package dev.boardcast.lab.replay;

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
import java.util.concurrent.ThreadLocalRandom;

/** Sends requests until they are answered for good: a repetition is harmless by their keys. */
final class ReplayClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final long FIRST_PAUSE = 100;
  private static final long LONGEST_PAUSE = 5000;
  private static final long LAST_WAIT = 3000;

  private final Vertx vertx;
  private final ReplayOptions options;
  private final WebClient client;
  private final String base;
  private final Promise<Void> hurry = Promise.promise();

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
   * @return an answer that will not change; fails when there was none within the patience
   */
  Future<HttpResponse<Buffer>> send(ReplayRequest request) {
    return send(request, 0, Instant.now().plus(options.patience()));
  }

  /** Tries nothing again, and waits no longer than a little for what is under way. */
  void hurry() {
    hurry.tryComplete();
    vertx.setTimer(LAST_WAIT, waited -> client.close());
  }

  void close() {
    client.close();
  }

  private Future<HttpResponse<Buffer>> send(ReplayRequest request, int attempt, Instant end) {
    return once(request)
        .transform(
            answer -> {
              boolean settled =
                  answer.succeeded() && !ReplayResponse.isTransient(answer.result().statusCode());
              if (settled) return Future.succeededFuture(answer.result());
              long pause = pause(attempt, answer.succeeded() ? answer.result() : null);
              if (isOver() || Instant.now().plusMillis(pause).isAfter(end)) {
                return Future.failedFuture(
                    answer.succeeded()
                        ? "still answered " + answer.result().statusCode()
                        : answer.cause().getMessage());
              }
              return Future.any(vertx.timer(pause), hurry.future())
                  .compose(
                      waited ->
                          isOver()
                              ? Future.failedFuture("ended before there was an answer")
                              : send(request, attempt + 1, end));
            });
  }

  private boolean isOver() {
    return hurry.future().isComplete();
  }

  private Future<HttpResponse<Buffer>> once(ReplayRequest request) {
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

  /** Doubled each time and spread, but never sooner than the server asked for. */
  private static long pause(int attempt, HttpResponse<Buffer> answer) {
    long step = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(attempt, 10));
    long spread = ThreadLocalRandom.current().nextLong(step / 2, step + 1);
    String asked = answer == null ? null : answer.getHeader(HttpHeaders.RETRY_AFTER.toString());
    return asked != null && asked.matches("\\d{1,4}")
        ? Math.max(spread, Long.parseLong(asked) * 1000)
        : spread;
  }
}
