package dev.boardcast.http;

import dev.boardcast.spi.Ingest;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.web.limits.ClientLimits;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/**
 * Reads the body of a request, unless it is NDJSON, within the node's budget of bytes and within
 * time. A small body that arrives soon costs no budget: a client that sends such requests is served
 * whatever others hold. Thread safe.
 */
final class BodyReader implements Handler<RoutingContext> {
  // Larger ones are counted before they are read.
  private static final int SMALL = 64 << 10;
  // These are counted when they are late.
  private static final int TINY = 4 << 10;
  private static final int LATE_MILLIS = 500;

  private final HttpConfig config;
  private final ClientLimits limits;
  private final BodyHandler reader;

  BodyReader(HttpConfig config, ClientLimits limits) {
    this.config = config;
    this.limits = limits;
    reader = BodyHandler.create(false).setBodyLimit(config.maxBody());
  }

  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    long size = size(request);
    if (size != 0) GzipBody.requireKnown(context);
    if (Ingest.isNdjson(context)) {
      ExpectContinue.send(context);
      // A service with a token may write as slowly as it has facts.
      if (RequestPrincipal.of(context).isEmpty()) BodyPace.watch(context, limits);
      context.next();
      return;
    }
    JsonBody.limit(context, config.maxLine());
    if (size > config.maxBody()) {
      context.fail(413);
      return;
    }
    if (request.isEnded() || size == 0) {
      reader.handle(context);
      return;
    }
    long most = size > 0 ? size : config.maxBody();
    if (GzipBody.isCompressed(context)) most = Math.min(most * Gunzip.MAX_RATIO, config.maxBody());
    var held = new HeldBody(context, limits, most);
    // One of unknown size is counted when it is late.
    if (size > 0 && most > SMALL && !held.acquire()) return;
    ExpectContinue.send(context);
    reader.handle(context);
    if (request.isEnded()) return;
    boolean isTiny = size > 0 && size <= TINY;
    // What has arrived with the head is read first.
    context
        .vertx()
        .runOnContext(
            arrived -> {
              if (isTiny) readLater(context, held);
              else readSlowly(context, held);
            });
  }

  /** Many clients send head and body separately. */
  private void readLater(RoutingContext context, HeldBody held) {
    if (context.request().isEnded() || context.response().ended()) return;
    long timer = context.vertx().setTimer(LATE_MILLIS, late -> readSlowly(context, held));
    context.addEndHandler(ended -> context.vertx().cancelTimer(timer));
  }

  private void readSlowly(RoutingContext context, HeldBody held) {
    if (context.request().isEnded() || context.response().ended()) return;
    if (held.acquire()) BodyPace.watch(context, limits);
  }

  /** The declared size; -1 for an unknown one. */
  private static long size(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null) {
      boolean hasBody =
          request.version() == HttpVersion.HTTP_2
              || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
      return hasBody ? -1 : 0;
    }
    try {
      return Long.parseLong(length);
    } catch (NumberFormatException malformed) {
      // The reader refuses it.
      return 0;
    }
  }
}
