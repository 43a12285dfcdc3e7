package dev.boardcast.gateway.transport;

import dev.boardcast.gateway.GatewayLoop;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes transports of WebSockets, and holds what those of one event loop share. One event loop. */
public final class TransportFactory {
  private static final Logger LOG = LoggerFactory.getLogger(TransportFactory.class);
  private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

  private final GatewayLoop loop;
  private final FrameBatch.Start plain = new FrameBatch.Start(null);
  private final PerMessageDeflate deflation;
  private final FrameBatch.Start deflated;
  private final FlushBatch flushes;
  private boolean refused;

  public TransportFactory(GatewayLoop loop) {
    this.loop = loop;
    this.deflation = loop.config().compression() ? new PerMessageDeflate() : null;
    this.deflated = new FrameBatch.Start(deflation);
    this.flushes = new FlushBatch(loop.ticks(), loop.meters());
  }

  /**
   * Agrees to compression before the upgrade, where it is on, offered, and possible.
   *
   * @return whether it did
   */
  public boolean agree(HttpServerRequest request) {
    if (deflation == null || refused) return false;
    if (!PerMessageDeflate.isOffered(request.getHeader(EXTENSIONS))) return false;
    request.response().putHeader(EXTENSIONS, PerMessageDeflate.ANSWER);
    return true;
  }

  /**
   * Keeps what a client sends before the answer to its handshake, which Vert.x would lose. Empty
   * where the channel is not as expected.
   */
  public Optional<EarlyDataBuffer> hold(HttpServerRequest request) {
    return refused ? Optional.empty() : ChannelTakeover.hold(request);
  }

  /**
   * Takes the channel of a WebSocket over; where that is not possible, uses Vert.x's public API,
   * which costs more memory and time.
   */
  public Transport transport(ServerWebSocket socket, boolean compression) {
    Optional<ChannelTakeover> takeover = refused ? Optional.empty() : ChannelTakeover.of(socket);
    if (takeover.isPresent()) return new NettyWebSocketTransport(takeover.get(), this, compression);
    if (!refused && !socket.isClosed()) {
      refused = true;
      LOG.warn("WebSockets stay with Vert.x, at a higher cost: their channels are not as expected");
    }
    return new VertxWebSocketTransport(socket, this);
  }

  TickScheduler turn() {
    return loop.ticks();
  }

  int maxMessage() {
    return loop.config().maxFrame();
  }

  FrameBatch.Start start(boolean compression) {
    return compression ? deflated : plain;
  }

  PerMessageDeflate deflation() {
    return deflation;
  }

  /** One that is not of {@link #flushes}. */
  void flushed() {
    loop.meters().flushes(1);
  }

  FlushBatch flushes() {
    return flushes;
  }

  boolean isSsl(ChannelPipeline pipeline) {
    return pipeline.get(SslHandler.class) != null;
  }
}
