package dev.boardcast.gateway.transport;

import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.loop.QueuedBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Makes transports, and holds what those of one event loop share. One event loop. */
public final class TransportFactory {
  private final GatewayLoop loop;
  private final TransportSupport support;
  private final FrameBatch.Start plain = new FrameBatch.Start(null);
  private final PerMessageDeflate deflate;
  private final FrameBatch.Start deflated;
  private final FlushBatch flushes;
  private final HandshakeAnswers answers = new HandshakeAnswers();

  public TransportFactory(GatewayLoop loop, TransportSupport support) {
    this.loop = loop;
    this.support = support;
    this.deflate = loop.config().compression() ? new PerMessageDeflate() : null;
    this.deflated = new FrameBatch.Start(deflate);
    this.flushes = new FlushBatch(loop);
  }

  /** Prepares the upgrade of a handshake without a body. */
  public WebSocketUpgrade upgrade(HttpServerRequest request) {
    return new WebSocketUpgrade(
        request,
        this,
        support.internals().flatMap(all -> all.prepare(request, support::onUnknownHandler)));
  }

  /** Makes an event stream of the response to a request. */
  public Transport eventStream(HttpServerRequest request) {
    return new SseTransport(request, this);
  }

  Optional<NettyInternals> internals() {
    return support.internals();
  }

  /** The bytes as Vert.x writes them, not copied where that is possible. */
  Buffer buffer(ByteBuf bytes) {
    return support
        .internals()
        .map(all -> all.buffer(bytes))
        .orElseGet(() -> Buffer.buffer(ByteBufUtil.getBytes(bytes)));
  }

  TickScheduler ticks() {
    return loop.ticks();
  }

  QueuedBytes queued() {
    return loop.queued();
  }

  int maxMessage() {
    return loop.config().maxFrame();
  }

  FrameBatch.Start start(boolean compression) {
    return compression ? deflated : plain;
  }

  /** Null where compression is off. */
  PerMessageDeflate deflate() {
    return deflate;
  }

  /** Counts a write that is not of {@link #flushes}. */
  void countFlush() {
    loop.meters().flushes(1);
  }

  HandshakeAnswers answers() {
    return answers;
  }

  FlushBatch flushes() {
    return flushes;
  }
}
