package dev.boardcast.gateway;

import dev.boardcast.gateway.protocol.Endpoint;
import dev.boardcast.gateway.session.SessionPermit;
import dev.boardcast.gateway.session.SessionProtocol;
import dev.boardcast.gateway.transport.EarlyDataBuffer;
import dev.boardcast.gateway.transport.SseTransport;
import dev.boardcast.gateway.transport.TransportFactory;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Opens sessions for requests that were admitted. One event loop: that of the request. */
final class SessionFactory {
  private final SessionProtocol protocol;
  private final TransportFactory transports;

  SessionFactory(GatewayLoop loop, SessionProtocol protocol) {
    this.protocol = protocol;
    this.transports = new TransportFactory(loop);
  }

  /** Keeps what the client sends before the answer to its handshake. */
  Optional<EarlyDataBuffer> hold(HttpServerRequest request) {
    return transports.hold(request);
  }

  /** Answers a WebSocket handshake with 101; the session begins with the connection. */
  void upgrade(
      HttpServerRequest request,
      OfferedCredentials offered,
      Endpoint endpoint,
      SessionPermit permit,
      Optional<EarlyDataBuffer> early) {
    offered.choose(request);
    boolean compression = transports.agree(request);
    request
        .toWebSocket()
        .onComplete(
            socket -> {
              try {
                protocol.open(
                    transports.transport(socket, compression), endpoint, offered.token(), permit);
              } catch (RuntimeException failure) {
                // Without a session nothing else would release it.
                permit.release();
                socket.close();
                throw failure;
              }
            },
            refused -> permit.release())
        // Where the channel was not taken over.
        .onComplete(done -> early.ifPresent(EarlyDataBuffer::letGo));
  }

  /** Begins an event stream as the response. */
  void stream(HttpServerRequest request, SseRequest wanted, SessionPermit permit) {
    protocol.open(new SseTransport(request, transports), wanted.endpoint(), wanted.token(), permit);
  }
}
