package dev.boardcast.gateway;

import dev.boardcast.gateway.protocol.Endpoint;
import dev.boardcast.gateway.session.SessionProtocol;
import dev.boardcast.gateway.transport.ChannelTakeover;
import dev.boardcast.gateway.transport.EarlyDataBuffer;
import dev.boardcast.gateway.transport.HeldOutlet;
import dev.boardcast.gateway.transport.SseTransport;
import dev.boardcast.gateway.transport.Transport;
import dev.boardcast.gateway.transport.TransportFactory;
import dev.boardcast.http.Backpressure;
import dev.boardcast.http.LocalTunnels;
import dev.boardcast.spi.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/**
 * Lets clients in: before the upgrade what can be said in HTTP, after it what only a close code can
 * say. A browser does not see the status of a refused handshake, so a bad token is refused after
 * the upgrade, with 4401. One event loop.
 *
 * <table>
 * <caption>Answers before the upgrade</caption>
 * <tr><td>{@code GET /health/live}</td><td>200</td></tr>
 * <tr><td>unknown path, unknown board</td><td>404</td></tr>
 * <tr><td>a query that is not well encoded, a handshake with a body</td><td>400</td></tr>
 * <tr><td>a WebSocket path without a handshake of version 13</td><td>426</td></tr>
 * <tr><td>node, path or address full, too many at once, or node leaving</td>
 *     <td>503 with {@code Retry-After}</td></tr>
 * </table>
 */
final class HandshakeHandler {
  private static final String VERSION = "13";

  private final EndpointTable endpoints;
  private final SessionProtocol conversation;
  private final GatewayLoop loop;
  private final AdmissionControl admission;
  private final ClientAddressResolver origins;
  private final LocalTunnels tunnels;
  private final TransportFactory sockets;
  private boolean open = true;

  HandshakeHandler(
      EndpointTable endpoints,
      SessionProtocol conversation,
      GatewayLoop loop,
      AdmissionControl admission,
      ClientAddressResolver origins,
      LocalTunnels tunnels) {
    this.endpoints = endpoints;
    this.conversation = conversation;
    this.loop = loop;
    this.admission = admission;
    this.origins = origins;
    this.tunnels = tunnels;
    this.sockets = new TransportFactory(loop);
  }

  /** From now on nobody gets in. */
  void shut() {
    open = false;
  }

  boolean isOpen() {
    return open;
  }

  void knock(HttpServerRequest request) {
    try {
      answer(request);
    } catch (IllegalArgumentException badlyEncoded) {
      refuse(request, Problem.of(400, "Bad request", "the query is not well encoded"));
    } catch (Problem problem) {
      refuse(request, problem);
    }
  }

  private void answer(HttpServerRequest request) {
    if ("/health/live".equals(request.path()) && request.method() == HttpMethod.GET) {
      respond(request, 200, "application/json", "{\"status\":\"up\"}");
      return;
    }
    if (SseRequest.PATH.equals(request.path())) {
      SseRequest wanted = SseRequest.of(request);
      seat(request).ifPresent(seat -> stream(request, wanted, seat));
      return;
    }
    Optional<Endpoint> endpoint =
        request.path() == null
            ? Optional.empty()
            : endpoints.find(request.path(), request::getParam);
    if (endpoint.isEmpty()) {
      refuse(request, Problem.notFound("The path"));
    } else if (!isHandshake(request)) {
      request
          .response()
          .putHeader(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET)
          .putHeader("Sec-WebSocket-Version", VERSION);
      refuse(request, Problem.of(426, "Upgrade required", "this path speaks WebSocket"));
    } else if (hasBody(request)) {
      // It would hold a seat for as long as it takes to come.
      refuse(request, Problem.of(400, "Bad request", "a handshake has no body"));
    } else {
      seat(request).ifPresent(seat -> upgrade(request, endpoint.get(), seat));
    }
  }

  /** One that Vert.x will take: what it refuses by itself, it refuses without a word. */
  private static boolean isHandshake(HttpServerRequest request) {
    var headers = request.headers();
    return request.method() == HttpMethod.GET
        && headers.contains(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET, true)
        && headers.contains("Sec-WebSocket-Key")
        && headers.contains("Sec-WebSocket-Version", VERSION, false);
  }

  private static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }

  /** Empty when there is none; then that has been said. */
  private Optional<AdmissionControl.Seat> seat(HttpServerRequest request) {
    if (!open) {
      HandshakeRejection.later("the node is leaving").send(request);
      return Optional.empty();
    }
    AdmissionControl.Answer answer = admission.ask(request.path(), origins.of(request));
    if (answer.seat().isEmpty()) {
      loop.meters().refused();
      HandshakeRejection.later(answer.refusal()).send(request);
    }
    return answer.seat();
  }

  private void upgrade(HttpServerRequest request, Endpoint endpoint, AdmissionControl.Seat seat) {
    OfferedCredentials offer = OfferedCredentials.take(request);
    offer.choose(request);
    boolean compression = sockets.agree(request);
    Optional<Backpressure> backpressure = tunnels.of(request);
    Optional<EarlyDataBuffer> early = ChannelTakeover.hold(request);
    request
        .toWebSocket()
        .onComplete(
            socket -> {
              try {
                Transport outlet = heeding(backpressure, sockets.outlet(socket, compression));
                conversation.open(outlet, endpoint, offer.token(), seat);
              } catch (RuntimeException failure) {
                // Nobody would ever say that it is gone.
                seat.release();
                socket.close();
                throw failure;
              }
            },
            refused -> seat.release())
        // Where the channel was not taken over.
        .onComplete(done -> early.ifPresent(EarlyDataBuffer::letGo));
  }

  private void stream(HttpServerRequest request, SseRequest wanted, AdmissionControl.Seat seat) {
    Transport outlet = heeding(tunnels.of(request), new SseTransport(request, sockets));
    conversation.open(outlet, wanted.endpoint(), wanted.token(), seat);
  }

  private Transport heeding(Optional<Backpressure> backpressure, Transport outlet) {
    return backpressure.isEmpty() ? outlet : new HeldOutlet(outlet, backpressure.get(), loop);
  }

  private static void refuse(HttpServerRequest request, Problem problem) {
    HandshakeRejection.of(problem).send(request);
  }

  private static void respond(HttpServerRequest request, int status, String type, String body) {
    request.response().setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, type).end(body);
  }
}
