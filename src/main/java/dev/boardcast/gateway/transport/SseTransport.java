package dev.boardcast.gateway.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boardcast.gateway.HandshakeRejection;
import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.protocol.Frame;
import dev.boardcast.web.SecurityHeaders;
import dev.boardcast.web.limits.AcceptedConnections;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes Server-Sent Events as the body of one HTTP response. The head is written with the first
 * message: a session that is closed before that becomes a refusal with the status that the close
 * code means. What is due in one turn of the event loop is one chunk, at most one of which is in
 * flight; the bytes of messages are shared. One event loop.
 */
final class SseTransport implements Transport {
  private static final byte[] DATA = "data: ".getBytes(UTF_8);
  private static final byte[] END = "\n\n".getBytes(UTF_8);
  private static final byte[] COMMENT = ":\n\n".getBytes(UTF_8);
  // Browsers reconnect at this interval while a node is down, without backoff.
  private static final int MIN_RETRY_MILLIS = 1_000;
  // In one turn; more waits in the session's own queue, which is bounded.
  private static final int MAX_DUE = 64 << 10;
  // To a slow client: what was written cannot be replaced by newer snapshots.
  private static final int MIN_DUE = 1 << 10;

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final TransportFactory factory;
  // HTTP/2: the connection carries other requests too.
  private final boolean isMultiplexed;
  private Listener listener;
  private CompositeByteBuf due;
  private int limit = MAX_DUE;
  private int held;
  private boolean inFlight;
  private boolean wantsMore;
  private boolean closed;

  SseTransport(HttpServerRequest request, TransportFactory factory) {
    this.request = request;
    this.response = request.response();
    this.isMultiplexed = request.version() == HttpVersion.HTTP_2;
    this.factory = factory;
  }

  @Override
  public void attach(Listener to) {
    listener = to;
    response.exceptionHandler(reset -> {});
    response.closeHandler(ended -> onEnd());
  }

  @Override
  public void write(Frame frame) {
    begin();
    ByteBuf end =
        frame.resumePoint() == null
            ? Unpooled.wrappedBuffer(END)
            : Unpooled.wrappedBuffer(("\nid: " + frame.resumePoint() + "\n\n").getBytes(UTF_8));
    add(Unpooled.wrappedBuffer(DATA), Unpooled.wrappedBuffer(frame.bytes()), end);
  }

  @Override
  public boolean isWritable() {
    if (closed) return false;
    // Vert.x's own queue counts chunks, not bytes.
    boolean full = inFlight || (due != null && due.readableBytes() >= limit);
    wantsMore |= full;
    return !full;
  }

  @Override
  public int pendingBytes() {
    return held;
  }

  /** A comment: such a client never answers, but it lives while its side takes bytes. */
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
    ownChannel().ifPresent(NettyInternals::releaseKernelBuffer);
    String last = SseFields.retry(retryMillis(why)) + SseFields.close(why, reason);
    add(Unpooled.wrappedBuffer(last.getBytes(UTF_8)));
    flush();
    response
        .end()
        .onComplete(
            sent -> {
              if (!isMultiplexed) request.connection().close();
              onEnd();
            });
  }

  @Override
  public void kill() {
    if (isMultiplexed) {
      response.reset();
    } else {
      // HttpConnection.close would wait until the client has read what is in flight.
      ownChannel().ifPresentOrElse(Channel::close, () -> request.connection().close());
    }
  }

  /** The channel that carries this response alone. */
  private Optional<Channel> ownChannel() {
    return isMultiplexed
        ? Optional.empty()
        : factory.internals().flatMap(all -> all.channel(request.connection()));
  }

  private void begin() {
    if (due != null || response.headWritten()) return;
    ownChannel().ifPresent(NettyInternals::limitKernelBuffer);
    if (!isMultiplexed) {
      // The connection ends with the stream, so it is bounded as a session from now on.
      AcceptedConnections.counted(request);
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    SecurityHeaders.set(response);
    response
        .setChunked(true)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        // For reverse proxies, which would buffer the body otherwise.
        .putHeader("X-Accel-Buffering", "no");
    // After a lost connection: all clients of a node lose theirs at the same time.
    long retry = MIN_RETRY_MILLIS + random(2 * MIN_RETRY_MILLIS);
    String first = SseFields.retry(retry) + SseFields.lastEventId(request) + "\n";
    add(Unpooled.wrappedBuffer(first.getBytes(UTF_8)));
  }

  /** The connection may serve other requests; the session has ended. */
  private void refuse(CloseCode why, String reason) {
    HandshakeRejection.of(why, reason).send(request);
    factory.ticks().atEnd(this::onEnd);
  }

  private void add(ByteBuf... parts) {
    if (closed || response.ended()) return;
    if (due == null) {
      due = Unpooled.compositeBuffer(64);
      factory.ticks().atEnd(this::flush);
    }
    for (ByteBuf part : parts) due.addComponent(true, part);
  }

  private void flush() {
    if (due == null) return;
    var chunk = due;
    due = null;
    if (closed || response.ended()) return;
    if (request.method() == HttpMethod.HEAD) {
      chunk.release();
      response.end().onComplete(sent -> onEnd());
      return;
    }
    inFlight = true;
    int size = chunk.readableBytes();
    response.write(factory.buffer(chunk)).onSuccess(taken -> onTaken());
    factory.countFlush();
    if (inFlight) {
      hold(size);
      limit = MIN_DUE;
    } else if (limit < MAX_DUE) {
      limit *= 2;
    }
  }

  /** The chunk has left. */
  private void onTaken() {
    inFlight = false;
    hold(0);
    listener.alive();
    if (!wantsMore) return;
    wantsMore = false;
    factory.ticks().atEnd(listener::writable);
  }

  private void onEnd() {
    if (closed) return;
    closed = true;
    due = null;
    hold(0);
    listener.closed();
  }

  private void hold(int bytes) {
    factory.queued().add(bytes - held);
    held = bytes;
  }

  /** When a browser reconnects by itself; spread, because many get the same code. */
  private static int retryMillis(CloseCode why) {
    int least =
        switch (why.reconnect()) {
          case AT_ONCE -> MIN_RETRY_MILLIS;
          case BACKOFF -> 5_000;
          case NEVER -> 30_000;
        };
    return least + random(least);
  }

  private static int random(int bound) {
    return ThreadLocalRandom.current().nextInt(bound);
  }
}
