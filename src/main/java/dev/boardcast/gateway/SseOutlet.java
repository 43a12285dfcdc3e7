package dev.boardcast.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boardcast.bus.Json;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An {@link Outlet} over the body of one HTTP response, as Server-Sent Events. The head is written
 * with the first message: a session that is closed before that becomes a refusal with the status
 * that the close code means. What is due in one turn of the event loop is one chunk; the bytes of
 * messages are shared. One event loop.
 */
final class SseOutlet implements Outlet {
  private static final byte[] DATA = "data: ".getBytes(UTF_8);
  private static final byte[] END = "\n\n".getBytes(UTF_8);
  private static final byte[] COMMENT = ":\n\n".getBytes(UTF_8);
  private static final int RETRY_MILLIS = 2_000;
  private static final int MAX_CHUNK = 64 << 10;

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Turn turn;
  private Listener listener;
  private CompositeByteBuf due;
  private boolean closed;

  /** How a session's end looks to a client that gets no close frame. */
  private record Close(String type, int code, String reason, String reconnect) {}

  SseOutlet(HttpServerRequest request, Turn turn) {
    this.request = request;
    this.response = request.response();
    this.turn = turn;
  }

  @Override
  public void attach(Listener to) {
    listener = to;
    response.exceptionHandler(brokenOff -> {});
    response.drainHandler(drained -> turn.atEnd(to::writable));
    request.connection().closeHandler(gone -> gone());
  }

  @Override
  public void write(Frame frame) {
    begin();
    ByteBuf end =
        frame.place() == null
            ? Unpooled.wrappedBuffer(END)
            : Unpooled.wrappedBuffer(("\nid: " + frame.place() + "\n\n").getBytes(UTF_8));
    add(Unpooled.wrappedBuffer(DATA), Unpooled.wrappedBuffer(frame.bytes()), end);
  }

  @Override
  public boolean isWritable() {
    if (closed) return false;
    boolean full = due != null && due.readableBytes() >= MAX_CHUNK;
    return !full && (!response.headWritten() || !response.writeQueueFull());
  }

  /** Such a client never answers: that its side takes bytes is the sign of life there is. */
  @Override
  public void ping() {
    if (closed || !response.headWritten()) return;
    add(Unpooled.wrappedBuffer(COMMENT));
  }

  @Override
  public void pause() {}

  @Override
  public void resume() {}

  @Override
  public void close(int code, String reason) {
    if (closed || response.ended()) return;
    CloseCode why = CloseCode.of(code);
    if (!response.headWritten() && due == null) {
      refuse(why, reason);
      return;
    }
    String advice = why.advice().name().toLowerCase(Locale.ROOT);
    String last = Json.encode(new Close("close", code, reason, advice));
    add(
        Unpooled.wrappedBuffer(("retry: " + retryMillis(why) + "\ndata: ").getBytes(UTF_8)),
        Unpooled.wrappedBuffer(last.getBytes(UTF_8)),
        Unpooled.wrappedBuffer(END));
    flush();
    response.end().onComplete(said -> request.connection().close());
  }

  @Override
  public void kill() {
    // Not the connection's own closing, which waits until the peer has taken what is on its way.
    if (request.connection() instanceof ConnectionBase base) base.channel().close();
    else request.connection().close();
  }

  private void begin() {
    if (due != null || response.headWritten()) return;
    response
        .setChunked(true)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        // Reverse proxies that would collect the body otherwise.
        .putHeader("X-Accel-Buffering", "no");
    add(Unpooled.wrappedBuffer(("retry: " + RETRY_MILLIS + "\n\n").getBytes(UTF_8)));
  }

  /** The connection may serve other requests; the session has gone. */
  private void refuse(CloseCode why, String reason) {
    Refusal.of(why, reason).send(request);
    turn.atEnd(this::gone);
  }

  private void add(ByteBuf... parts) {
    if (closed || response.ended()) return;
    if (due == null) {
      due = Unpooled.compositeBuffer(64);
      turn.atEnd(this::flush);
    }
    for (ByteBuf part : parts) due.addComponent(true, part);
  }

  private void flush() {
    if (due == null) return;
    var chunk = due;
    due = null;
    if (closed || response.ended()) return;
    boolean wasFull = chunk.readableBytes() >= MAX_CHUNK;
    response.write(BufferInternal.buffer(chunk)).onSuccess(taken -> listener.alive());
    // The response tells of room only where it was itself full.
    if (wasFull && isWritable()) turn.atEnd(listener::writable);
  }

  private void gone() {
    if (closed) return;
    closed = true;
    due = null;
    listener.closed();
  }

  /** When a browser comes back by itself; spread, because others were told the same. */
  private static int retryMillis(CloseCode why) {
    int least =
        switch (why.advice()) {
          case AT_ONCE -> 50;
          case BACKOFF -> 5_000;
          case NEVER -> 30_000;
        };
    return least + ThreadLocalRandom.current().nextInt(least);
  }
}
