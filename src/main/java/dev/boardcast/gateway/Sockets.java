package dev.boardcast.gateway;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes outlets of WebSockets, and holds what those of one event loop share. One event loop. */
final class Sockets {
  private static final Logger LOG = LoggerFactory.getLogger(Sockets.class);
  private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

  private final GatewayLoop loop;
  private final Bundle.Start plain = new Bundle.Start(null);
  private final Deflation deflation;
  private final Bundle.Start deflated;
  private final Flushes flushes;
  private boolean refused;

  Sockets(GatewayLoop loop) {
    this.loop = loop;
    this.deflation = loop.config().compression() ? new Deflation() : null;
    this.deflated = new Bundle.Start(deflation);
    this.flushes = new Flushes(loop.turn(), loop.meters());
  }

  /**
   * Agrees to compression before the upgrade, where it is on, offered, and possible.
   *
   * @return whether it did
   */
  boolean agree(HttpServerRequest request) {
    if (deflation == null || refused) return false;
    if (!Deflation.isOffered(request.getHeader(EXTENSIONS))) return false;
    request.response().putHeader(EXTENSIONS, Deflation.ANSWER);
    return true;
  }

  /**
   * The way out to a client: over its channel, or, where that cannot be taken over, over Vert.x's
   * public API, which costs more memory and time.
   */
  Outlet outlet(ServerWebSocket socket, boolean compression) {
    Optional<Takeover> takeover = refused ? Optional.empty() : Takeover.of(socket);
    if (takeover.isPresent()) return new ChannelOutlet(takeover.get(), this, compression);
    if (!refused && !socket.isClosed()) {
      refused = true;
      LOG.warn("WebSockets stay with Vert.x, at a higher cost: their channels are not as expected");
    }
    return new VertxOutlet(socket, this);
  }

  Turn turn() {
    return loop.turn();
  }

  int maxMessage() {
    return loop.config().maxFrame();
  }

  Bundle.Start start(boolean compression) {
    return compression ? deflated : plain;
  }

  Deflation deflation() {
    return deflation;
  }

  /** One that is not of {@link #flushes}. */
  void flushed() {
    loop.meters().flushes(1);
  }

  Flushes flushes() {
    return flushes;
  }

  boolean isSsl(ChannelPipeline pipeline) {
    return pipeline.get(SslHandler.class) != null;
  }
}
