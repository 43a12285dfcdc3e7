package dev.boardcast.gateway;

import dev.boardcast.bus.SessionList;
import dev.boardcast.bus.SessionRequest;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.spi.Routes;
import dev.boardcast.web.OriginPolicy;
import dev.boardcast.web.PortTls;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The client connections of one node: WebSockets and event streams, served on the event loop on
 * which they arrive, be that of the gateway's own port or of any router that {@link #routes} are
 * mounted on. Thread safe.
 */
public final class Gateway {
  private final Vertx vertx;
  private final TypedBus bus;
  private final GatewayNode node;
  private final HubRegistry hubs;
  private final EndpointTable endpoints;
  private final HandshakeHandler handshakes;
  private final boolean warmsUp;
  private final List<GatewayPortVerticle> ports = new CopyOnWriteArrayList<>();
  private final List<String> deployments = new CopyOnWriteArrayList<>();

  /**
   * @param node its name, told to clients
   * @param meters where to count, if anywhere
   */
  public Gateway(
      Vertx vertx,
      String node,
      TypedBus bus,
      GatewayConfig config,
      GatewayServices services,
      Optional<MeterRegistry> meters) {
    this(vertx, bus, GatewayNode.of(node, config, services, meters), true);
  }

  /**
   * @param warmsUp whether it serves sessions of its own before it takes clients
   */
  Gateway(Vertx vertx, TypedBus bus, GatewayNode node, boolean warmsUp) {
    this.warmsUp = warmsUp;
    this.vertx = vertx;
    this.bus = bus;
    this.node = node;
    this.hubs = new HubRegistry(node);
    this.endpoints = new EndpointTable(node.services().topics(), node.config().metricsBoard());
    this.handshakes = new HandshakeHandler(node, endpoints, hubs);
  }

  /** The paths of a gateway for a node that has none: they answer 503. */
  public static Routes missing(TopicCatalogue topics) {
    return new GatewayRoutes(new EndpointTable(topics, ""), Optional.empty(), OriginPolicy.PUBLIC);
  }

  /**
   * The paths of this gateway; until it has started, and once it closes, they answer 503.
   *
   * @param origins which pages may connect
   */
  public Routes routes(OriginPolicy origins) {
    return new GatewayRoutes(endpoints, Optional.of(handshakes), origins);
  }

  /** As {@link #routes(OriginPolicy)}, for pages of all origins that bring no cookies. */
  public Routes routes() {
    return routes(OriginPolicy.PUBLIC);
  }

  /**
   * As {@link #start(String, int, int, String, OriginPolicy, PortTls)}, without a base path and
   * TLS, and for pages of all origins that bring no cookies.
   */
  public Future<Void> start(String host, int port, int instances) {
    return start(host, port, instances, "", OriginPolicy.PUBLIC, PortTls.off(vertx));
  }

  /**
   * Subscribes on the bus, then listens on a port of its own.
   *
   * @param port 0 for any free one
   * @param instances servers that share the port, such as one per core
   * @param basePath below which the paths are, or empty
   * @param origins which pages may connect
   * @return fails when the event log cannot be read or the port is taken; then nothing is left open
   */
  public Future<Void> start(
      String host, int port, int instances, String basePath, OriginPolicy origins, PortTls tls) {
    // Vert.x: servers that listen on the same negative port share one free port.
    int shared = port == 0 ? -1 - ThreadLocalRandom.current().nextInt(1 << 20) : port;
    return subscribe()
        .compose(
            up ->
                vertx.deployVerticle(
                    () -> {
                      var server =
                          new GatewayPortVerticle(
                              host,
                              shared,
                              basePath,
                              node.config(),
                              hubs,
                              handshakes,
                              origins,
                              tls,
                              node.services().limits());
                      ports.add(server);
                      return server;
                    },
                    new DeploymentOptions().setInstances(instances)))
        .onSuccess(deployments::add)
        .compose(up -> warmUp())
        .onSuccess(up -> handshakes.open())
        .recover(failure -> close().transform(closed -> Future.failedFuture(failure)));
  }

  /**
   * As {@link #start(String, int, int, String, OriginPolicy, PortTls)}, without a port: sessions
   * arrive through {@link #routes} only.
   */
  public Future<Void> start() {
    return subscribe().onSuccess(up -> handshakes.open());
  }

  /** The bound port of its own; 0 while it has none. */
  public int port() {
    return deployments.size() < 2 ? 0 : ports.get(0).port();
  }

  /** The number of sessions on all ports. */
  public int sessions() {
    return node.admission().node().count();
  }

  /** The sessions of all ports, counted; never fails. */
  public Future<SessionStatistics> statistics() {
    return hubs.statistics();
  }

  /**
   * The sessions that an operator asks for, in the order of their ids; or the one that the request
   * has ended. Never fails.
   */
  public Future<SessionList> sessions(SessionRequest request) {
    return hubs.sessions(request).map(found -> SessionListLimit.apply(request, node.name(), found));
  }

  /**
   * Rejects new sessions on all ports, drains the others, and then closes what it opened. Never
   * fails.
   */
  public Future<Void> close() {
    handshakes.close();
    return hubs.drain()
        .compose(drained -> hubs.close())
        .compose(
            closed -> {
              Future<Void> steps = Future.succeededFuture();
              for (int i = deployments.size() - 1; i >= 0; i--) {
                String deployment = deployments.get(i);
                steps = steps.transform(before -> vertx.undeploy(deployment));
              }
              return steps.otherwiseEmpty();
            })
        .onComplete(done -> deployments.clear());
  }

  HubRegistry hubs() {
    return hubs;
  }

  private Future<Void> warmUp() {
    if (!warmsUp || node.config().warmUp().isZero()) return Future.succeededFuture();
    var sessions = new WarmUp(node.name(), node.config(), node.services(), WarmUp.IS_WARM);
    long start = System.nanoTime();
    return vertx
        .deployVerticle(sessions)
        .compose(deployment -> sessions.run().transform(done -> vertx.undeploy(deployment)))
        .otherwiseEmpty()
        .onSuccess(done -> node.meters().warmedUp(System.nanoTime() - start));
  }

  private Future<Void> subscribe() {
    return vertx
        .deployVerticle(new GatewayVerticle(bus, hubs, node))
        .onSuccess(deployments::add)
        .mapEmpty();
  }
}
