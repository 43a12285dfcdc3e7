package dev.boardcast.gateway.transport;

import io.vertx.core.Future;
import io.vertx.core.Promise;
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
   * The answer is written together with what the session sends in this turn of the event loop; that
   * of Vert.x, where the channel is not as expected, is written by itself.
   *
   * @return completes in this turn if the request has arrived whole; fails when the connection is
   *     gone or Vert.x refuses the handshake
   * @throws IllegalArgumentException when the offers of extensions are malformed, see {@link
   *     #checkExtensions}
   * @throws IllegalStateException when the request was read before
   */
  public Future<Transport> accept() {
    boolean compression = agreeToCompression();
    if (takeover.isEmpty() || !takeover.get().mayAnswer(request)) {
      return acceptByVertx(compression);
    }
    Promise<Transport> answered = Promise.promise();
    request.exceptionHandler(
        gone -> {
          cancel();
          answered.tryFail(gone);
        });
    request.endHandler(whole -> answer(takeover.get(), compression, answered));
    request.resume();
    return answered.future();
  }

  /** The meters count a request as ended before this. */
  private void answer(
      NettyInternals.ChannelTakeover channel, boolean compression, Promise<Transport> answered) {
    if (!channel.beginUnanswered(request)) {
      answered.tryFail("the connection is closed");
      return;
    }
    byte[] answer = factory.answers().to(request);
    answered.complete(new NettyWebSocketTransport(channel, factory, compression, answer));
  }

  private Future<Transport> acceptByVertx(boolean compression) {
    takeover.ifPresent(NettyInternals.ChannelTakeover::leaveAnswerToVertx);
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
    takeover.ifPresent(
        channel -> {
          channel.leaveAnswerToVertx();
          channel.release();
        });
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
      return new NettyWebSocketTransport(takeover.get(), factory, compression, null);
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
