package dev.boardcast.gateway;

import dev.boardcast.gateway.protocol.Endpoint;
import dev.boardcast.gateway.session.ClientInfo;
import dev.boardcast.gateway.session.SessionPermit;
import dev.boardcast.gateway.transport.WebSocketUpgrade;
import dev.boardcast.spi.Problem;
import dev.boardcast.web.AccessLog;
import dev.boardcast.web.ClientAddressResolver;
import dev.boardcast.web.Expectation;
import dev.boardcast.web.OriginPolicy;
import dev.boardcast.web.limits.AcceptedConnections;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.handler.HttpException;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests for WebSockets and event streams, on whichever port they arrive: opens a session
 * on the event loop of the request, or refuses. A browser does not see the status of a refused
 * handshake, so a bad token is refused after the upgrade, with 4401. Thread safe.
 *
 * <table>
 * <caption>Answers before the upgrade</caption>
 * <tr><td>a page that may not connect</td><td>403</td></tr>
 * <tr><td>unknown path, unknown board</td><td>404</td></tr>
 * <tr><td>a query that is not well encoded, a handshake with a body, over HTTP/1.0, without {@code
 *     Connection: Upgrade} or with a bad {@code Sec-WebSocket-Key}</td><td>400</td></tr>
 * <tr><td>a WebSocket path without a handshake of version 13</td><td>426</td></tr>
 * <tr><td>a WebSocket path over HTTP/2</td><td>501</td></tr>
 * <tr><td>a server that handles requests on worker threads, or has read the request</td>
 *     <td>500</td></tr>
 * <tr><td>node, path or address full, too many at once, node busy, starting or leaving, log
 *     away</td>
 *     <td>503 with {@code Retry-After}; a stream of status 200 for an EventSource</td></tr>
 * </table>
 */
final class HandshakeHandler {
  private static final Logger LOG = LoggerFactory.getLogger(HandshakeHandler.class);

  private static final int SWITCHING_PROTOCOLS = 101;

  private final GatewayNode node;
  private final EndpointTable endpoints;
  private final ClientAddressResolver addresses;
  private final HubRegistry hubs;
  // Why sessions are rejected; null while they are accepted.
  private volatile RefusalReason closed = RefusalReason.STARTING;

  HandshakeHandler(GatewayNode node, EndpointTable endpoints, HubRegistry hubs) {
    this.node = node;
    this.endpoints = endpoints;
    this.addresses = node.services().limits().addresses();
    this.hubs = hubs;
  }

  /** Accepts sessions from now on. */
  void open() {
    closed = null;
  }

  /** Rejects sessions from now on, because the node drains. */
  void close() {
    closed = RefusalReason.LEAVING;
  }

  /**
   * Answers one request.
   *
   * @param origins which pages may connect
   * @param path relative to where the gateway is mounted; null for none
   * @param query its decoded query; may throw where it is not well encoded
   */
  void handle(
      HttpServerRequest request, OriginPolicy origins, String path, Supplier<MultiMap> query) {
    try {
      node.services().limits().requireAllowed(request);
      origins.checkHandshake(request);
      if (SseRequest.PATH.equals(path)) {
        SseRequest wanted = SseRequest.of(request, query.get());
        ClientInfo client = client(request);
        serve(
            request,
            path,
            false,
            (hub, permit, none) ->
                hub.stream(
                    request,
                    wanted,
                    new StreamPermit(permit, request, node.services().limits()),
                    client));
      } else {
        webSocket(request, path, query);
      }
    } catch (Problem problem) {
      HandshakeRejection.of(problem).send(request);
    } catch (IllegalArgumentException | HttpException badlyEncoded) {
      HandshakeRejection.of(Problem.of(400, "Bad request", "the query is not well encoded"))
          .send(request);
    }
  }

  private void webSocket(HttpServerRequest request, String path, Supplier<MultiMap> query) {
    Endpoint endpoint =
        Optional.ofNullable(path)
            .flatMap(some -> endpoints.find(some, name -> query.get().getAll(name)))
            .orElseThrow(() -> Problem.notFound("The path"));
    AllowedMethods.require(request);
    WebSocketHandshake.check(request, node.config().compression());
    if (Expectation.hasBody(request)) {
      // The request would hold its permit until the body has arrived.
      HandshakeRejection.of(Problem.of(400, "Bad request", "a handshake has no body"))
          .sendAndClose(request);
      return;
    }
    if (request.isEnded()) {
      LOG.error("mount the gateway's paths before what reads requests, or waits without a pause");
      throw Problem.of(500, "Internal error", "the request was read before it arrived here");
    }
    WebSocketHandshake.unite(request);
    long arrived = System.nanoTime();
    OfferedCredentials offered = OfferedCredentials.take(request, query.get());
    offered.choose(request);
    ClientInfo client = client(request);
    serve(
        request,
        path,
        true,
        (hub, permit, upgrade) ->
            hub.upgrade(upgrade.orElseThrow(), endpoint, offered.token(), permit, client)
                .onSuccess(opened -> log(request, path, arrived)));
  }

  private void log(HttpServerRequest request, String path, long arrived) {
    node.services()
        .accessLog()
        .write(
            request,
            new AccessLog.Entry(
                endpoints.template(path).orElse(null),
                SWITCHING_PROTOCOLS,
                0,
                System.nanoTime() - arrived,
                null));
  }

  private ClientInfo client(HttpServerRequest request) {
    return ClientInfo.shared(addresses.of(request), request.getHeader(HttpHeaders.USER_AGENT));
  }

  /** Opens the session of a request on its hub. */
  @FunctionalInterface
  private interface Opening {
    void open(GatewayHub hub, SessionPermit permit, Optional<WebSocketUpgrade> upgrade);
  }

  private void serve(HttpServerRequest request, String path, boolean upgrades, Opening opening) {
    RefusalReason reason = closed;
    if (reason != null) throw refused(reason);
    AdmissionControl.Decision decision = node.admission().admit(path, addresses.network(request));
    if (decision.permit().isEmpty()) throw refused(decision.reason());
    SessionPermit permit = decision.permit().get();
    try {
      GatewayHub hub = hubs.current();
      if (!hub.isOpen()) throw refused(RefusalReason.LEAVING);
      if (hub.isBusy()) throw refused(RefusalReason.BUSY);
      Optional<WebSocketUpgrade> upgrade =
          upgrades ? Optional.of(hub.prepare(request)) : Optional.empty();
      // From now on it is counted as a session, and ends with it.
      if (upgrades) AcceptedConnections.counted(request);
      if (hub.ready().succeeded()) {
        opening.open(hub, permit, upgrade);
      } else {
        request.pause();
        hub.ready()
            .onSuccess(ready -> resume(request, hub, permit, upgrade, opening))
            .onFailure(failure -> giveUp(request, permit, upgrade, RefusalReason.LOG_AWAY));
      }
    } catch (RuntimeException refused) {
      permit.release();
      throw refused;
    }
  }

  private void resume(
      HttpServerRequest request,
      GatewayHub hub,
      SessionPermit permit,
      Optional<WebSocketUpgrade> upgrade,
      Opening opening) {
    if (closed != null || request.response().closed()) {
      giveUp(request, permit, upgrade, RefusalReason.LEAVING);
      return;
    }
    try {
      // An upgrade resumes the request later, when its end is handled.
      if (upgrade.isEmpty()) request.resume();
      opening.open(hub, permit, upgrade);
    } catch (RuntimeException failure) {
      giveUp(request, permit, upgrade, RefusalReason.BUSY);
      throw failure;
    }
  }

  private Problem refused(RefusalReason reason) {
    node.meters().refused(reason);
    return HandshakeRejection.unavailable(reason);
  }

  private void giveUp(
      HttpServerRequest request,
      SessionPermit permit,
      Optional<WebSocketUpgrade> upgrade,
      RefusalReason reason) {
    permit.release();
    request.resume();
    HandshakeRejection.of(refused(reason)).sendAndClose(request);
    upgrade.ifPresent(WebSocketUpgrade::cancel);
  }
}
