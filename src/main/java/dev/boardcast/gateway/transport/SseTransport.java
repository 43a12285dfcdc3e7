package dev.boardcast.gateway.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boardcast.gateway.HandshakeRejection;
import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.protocol.Frame;
import dev.boardcast.spi.Json;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An {@link Transport} over the body of one HTTP response, as Server-Sent Events. The head is
 * written with the first message: a session that is closed before that becomes a refusal with the
 * status that the close code means. What is due in one turn of the event loop is one chunk; the
 * bytes of messages are shared. One event loop.
 */
public final class SseTransport implements Transport {
  private static final byte[] DATA = "data: ".getBytes(UTF_8);
  private static final byte[] END = "\n\n".getBytes(UTF_8);
  private static final byte[] COMMENT = ":\n\n".getBytes(UTF_8);
  private static final int RETRY_MILLIS = 2_000;
  // Of one turn; what is more waits in the session's own queue, which is bounded.
  private static final int MOST_DUE = 64 << 10;
  // To a client that was seen to read slowly: newer can take the place of what waits there.
  private static final int LEAST_DUE = 1 << 10;

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final TransportFactory sockets;
  // HTTP/2: the connection carries other requests too.
  private final boolean isMultiplexed;
  private Listener listener;
  private CompositeByteBuf due;
  private int most = MOST_DUE;
  private boolean underWay;
  private boolean wanting;
  private boolean closed;

  /** How a session's end looks to a client that gets no close frame. */
  private record Close(String type, int code, String reason, String reconnect) {}

  public SseTransport(HttpServerRequest request, TransportFactory sockets) {
    this.request = request;
    this.response = request.response();
    this.isMultiplexed = request.version() == HttpVersion.HTTP_2;
    this.sockets = sockets;
  }

  @Override
  public void attach(Listener to) {
    listener = to;
    response.exceptionHandler(brokenOff -> {});
    response.closeHandler(gone -> gone());
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
    // Vert.x's own queue counts chunks, of whatever size.
    boolean full = underWay || (due != null && due.readableBytes() >= most);
    wanting |= full;
    return !full;
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
    ownChannel().ifPresent(NettyInternals::leaveItToTheKernel);
    String advice = why.advice().name().toLowerCase(Locale.ROOT);
    String last = Json.encode(new Close("close", code, reason, advice));
    add(
        Unpooled.wrappedBuffer(("retry: " + retryMillis(why) + "\ndata: ").getBytes(UTF_8)),
        Unpooled.wrappedBuffer(last.getBytes(UTF_8)),
        Unpooled.wrappedBuffer(END));
    flush();
    response
        .end()
        .onComplete(
            sent -> {
              if (!isMultiplexed) request.connection().close();
              gone();
            });
  }

  @Override
  public void kill() {
    if (isMultiplexed) {
      response.reset();
    } else {
      // Not the connection's own closing, which waits until the peer has taken what is on its way.
      ownChannel().ifPresentOrElse(Channel::close, () -> request.connection().close());
    }
  }

  /** The channel that carries this response alone. */
  private Optional<Channel> ownChannel() {
    return isMultiplexed ? Optional.empty() : NettyInternals.channel(request.connection());
  }

  private void begin() {
    if (due != null || response.headWritten()) return;
    ownChannel().ifPresent(NettyInternals::keepLittleUnderWay);
    // The connection ends with the stream.
    if (!isMultiplexed) response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
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
    HandshakeRejection.of(why, reason).send(request);
    sockets.turn().atEnd(this::gone);
  }

  private void add(ByteBuf... parts) {
    if (closed || response.ended()) return;
    if (due == null) {
      due = Unpooled.compositeBuffer(64);
      sockets.turn().atEnd(this::flush);
    }
    for (ByteBuf part : parts) due.addComponent(true, part);
  }

  private void flush() {
    if (due == null) return;
    var chunk = due;
    due = null;
    if (closed || response.ended()) return;
    underWay = true;
    response.write(NettyInternals.buffer(chunk)).onSuccess(taken -> taken());
    sockets.flushed();
    if (underWay) {
      most = LEAST_DUE;
    } else if (most < MOST_DUE) {
      most *= 2;
    }
  }

  /** The kernel has taken all there was. */
  private void taken() {
    underWay = false;
    listener.alive();
    if (!wanting) return;
    wanting = false;
    sockets.turn().atEnd(listener::writable);
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
