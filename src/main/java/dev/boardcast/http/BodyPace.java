package dev.boardcast.http;

import dev.boardcast.spi.Problem;
import dev.boardcast.web.limits.ClientLimits;
import dev.boardcast.web.limits.LimitsConfig;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Cuts a request whose body arrives too slowly: 408, naming the setting. The time in which the node
 * itself does not read is not counted. Confined to the request's event loop.
 */
public final class BodyPace {
  private static final String KEY = "boardcast.body-pace";
  private static final int CHECKS = 10;
  private static final long MAX_CHECK_MILLIS = 1_000;

  private final RoutingContext context;
  private final ClientLimits limits;
  private final long timer;
  private long readingNanos;
  private long readingSince = System.nanoTime();
  private boolean reading = true;

  private BodyPace(RoutingContext context, ClientLimits limits) {
    this.context = context;
    this.limits = limits;
    long interval = limits.config().bodyLimit().toMillis() / CHECKS;
    timer =
        context
            .vertx()
            .setPeriodic(Math.max(1, Math.min(MAX_CHECK_MILLIS, interval)), passed -> check());
    context.addEndHandler(ended -> stop());
  }

  /** Watches a body that has not arrived yet. */
  static void watch(RoutingContext context, ClientLimits limits) {
    context.put(KEY, new BodyPace(context, limits));
  }

  /** The node reads the body from now on, or pauses. */
  public static void reading(RoutingContext context, boolean reads) {
    BodyPace pace = context.get(KEY);
    if (pace != null) pace.reading(reads);
  }

  private void reading(boolean reads) {
    if (reads == reading) return;
    long now = System.nanoTime();
    if (reads) readingSince = now;
    else readingNanos += now - readingSince;
    reading = reads;
  }

  private void check() {
    HttpServerRequest request = context.request();
    if (request.isEnded() || context.response().ended()) {
      stop();
      return;
    }
    if (!reading) return;
    LimitsConfig config = limits.config();
    double seconds = (readingNanos + System.nanoTime() - readingSince) / 1e9;
    double allowed =
        config.bodyLimit().toMillis() / 1e3 + (double) request.bytesRead() / config.bodyRate();
    if (seconds <= allowed) return;
    stop();
    limits.meters().refused("http-body-limit", limits.address(request));
    HeldBody.refuse(
        context,
        Problem.of(
            408,
            "Request timeout",
            "the body arrives too slowly (http-body-limit, http-body-rate)"));
  }

  private void stop() {
    context.vertx().cancelTimer(timer);
  }
}
