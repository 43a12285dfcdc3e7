package dev.boardcast.gateway.transport;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.Optional;

/**
 * A WebSocket handshake that is to be answered. What the client sends before the answer is kept,
 * where the channel is as expected. One event loop: that of the request.
 */
public final class WebSocketUpgrade {
  private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

  private final HttpServerRequest request;
  private final TransportFactory factory;
  private final Optional<NettyInternals.ChannelTakeover> takeover;

  WebSocketUpgrade(
      HttpServerRequest request,
      TransportFactory factory,
      Optional<NettyInternals.ChannelTakeover> takeover) {
    this.request = request;
    this.factory = factory;
    this.takeover = takeover;
  }

  /**
   * Answers with 101, and with an agreement to compression where that is on, offered and possible.
   *
   * @return fails when the connection is gone or Vert.x refuses the handshake
   * @throws IllegalArgumentException when the offers of extensions are malformed, see {@link
   *     #checkExtensions}
   * @throws IllegalStateException when the request was read before
   */
  public Future<Transport> accept() {
    boolean compression = agreeToCompression();
    return request
        .toWebSocket()
        .map(socket -> transport(socket, compression))
        .onFailure(refused -> cancel());
  }

  /**
   * Checks the offers of extensions of a handshake.
   *
   * @throws IllegalArgumentException when they do not have the form of their header; then the
   *     handshake must fail (RFC 6455, 9.1)
   */
  public static void checkExtensions(HttpServerRequest request) {
    ExtensionOffer.parse(request.headers().getAll(EXTENSIONS));
  }

  /** Declines the upgrade; after the response the connection must be closed. */
  public void cancel() {
    takeover.ifPresent(NettyInternals.ChannelTakeover::release);
  }

  private boolean agreeToCompression() {
    if (factory.deflate() == null) return false;
    if (takeover.isEmpty() || !takeover.get().isPossible()) return false;
    Optional<String> answer = DeflateNegotiation.answer(request.headers().getAll(EXTENSIONS));
    answer.ifPresent(agreed -> request.response().putHeader(EXTENSIONS, agreed));
    return answer.isPresent();
  }

  private Transport transport(ServerWebSocket socket, boolean compression) {
    if (takeover.isPresent() && takeover.get().begin()) {
      return new NettyWebSocketTransport(takeover.get(), factory, compression);
    }
    if (compression) {
      socket.close();
      throw new IllegalStateException("the channel cannot be taken over");
    }
    var transport = new VertxWebSocketTransport(socket, factory);
    // Read when the session has its handlers.
    factory.ticks().atEnd(this::cancel);
    return transport;
  }
}
