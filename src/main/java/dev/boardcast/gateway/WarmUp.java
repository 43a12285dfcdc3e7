package dev.boardcast.gateway;

import dev.boardcast.auth.AuthConfig;
import dev.boardcast.auth.JwtAuthenticator;
import dev.boardcast.auth.TokenIssuer;
import dev.boardcast.spi.Principal;
import dev.boardcast.web.AccessLog;
import dev.boardcast.web.CheckedRequests;
import dev.boardcast.web.DirectRequestHandler;
import dev.boardcast.web.OriginPolicy;
import dev.boardcast.web.limits.ClientLimits;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Serves sessions of its own before a node takes clients, so that classes are loaded, the code of
 * handshake, token check, subscription, publishing and fan-out is compiled, and connections to the
 * database are open when the clients of a node that leaves come. They use a loopback port of which
 * no client knows; keys, limits, meters and a hub of their own; and a store that stores nothing. Of
 * the nodes of a process all but the first serve a few, for their connections. Undeploy it when
 * {@link #run} has completed. One event loop.
 */
final class WarmUp extends VerticleBase {
  /** Whether a node of this process has served enough sessions of its own. */
  static final AtomicBoolean IS_WARM = new AtomicBoolean();

  private static final String HOST = "127.0.0.1";
  private static final int FEW_SESSIONS = 10;
  // More make little difference. On a busy machine, time alone would end after a few.
  private static final int ENOUGH_SESSIONS = 300;
  private static final int TOKENS = 200;
  private static final int CONNECTIONS = 4;
  private static final int PUBLISH_MILLIS = 4;
  // For what is under way when the time is over.
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final GatewayServices services;
  private final Duration limit;
  private final HubRegistry hubs;
  private final HandshakeHandler handshakes;
  private final GatewayRoutes routes;
  private final GatewayNode own;
  private final WarmUpEvents events;
  private final AtomicBoolean isWarm;
  private final String secret = UUID.randomUUID() + "-" + UUID.randomUUID();
  private JwtAuthenticator authenticator;
  private HttpServer server;
  private WarmUpClients clients;

  /**
   * @param isWarm whether an earlier one has served sessions; set when this one has
   */
  WarmUp(String name, GatewayConfig config, GatewayServices services, AtomicBoolean isWarm) {
    this.services = services;
    this.isWarm = isWarm;
    this.limit = config.warmUp();
    this.events = new WarmUpEvents(services.topics().boardNames());
    GatewayServices replaced =
        services.toBuilder()
            .authenticator(token -> authenticator.authenticate(token))
            .limits(ClientLimits.defaults())
            .failedLogins(login -> {})
            .accessLog(AccessLog.OFF)
            .publisher(events)
            .build();
    own = GatewayNode.of(name, config, replaced, Optional.empty());
    hubs = new HubRegistry(own);
    var endpoints = new EndpointTable(services.topics(), config.metricsBoard());
    handshakes = new HandshakeHandler(own, endpoints, hubs);
    routes = new GatewayRoutes(endpoints, Optional.of(handshakes), OriginPolicy.PUBLIC);
  }

  @Override
  public Future<?> start() {
    handshakes.open();
    // As the node's HTTP port.
    server =
        vertx
            .createHttpServer(
                GatewayPortVerticle.options(own.config()).setHttp2ClearTextEnabled(true))
            .requestHandler(
                new CheckedRequests(
                    new DirectRequestHandler(
                        "", List.of(routes), WarmUp::notFound, AccessLog.OFF)));
    return JwtAuthenticator.start(vertx, AuthConfig.ofSecret(secret))
        .onSuccess(started -> authenticator = started)
        .compose(started -> server.listen(0, HOST))
        .compose(up -> own.services().limits().connections().of(up));
  }

  @Override
  public Future<?> stop() {
    if (clients != null) clients.close();
    handshakes.close();
    return Future.join(
        hubs.close(),
        server.close(),
        authenticator == null ? Future.succeededFuture() : authenticator.close());
  }

  /**
   * Serves sessions until there were enough or {@code gateway-warm-up} is over, or only a few where
   * an earlier one has done that; never fails.
   *
   * @return how many have ended
   */
  Future<Integer> run() {
    Promise<Integer> done = Promise.promise();
    context.runOnContext(turn -> begin().onComplete(done));
    long most = limit.plus(GRACE).toMillis();
    return done.future().timeout(most, TimeUnit.MILLISECONDS).otherwise(0);
  }

  private Future<Integer> begin() {
    long end = System.nanoTime() + limit.toNanos();
    var reads = new ArrayList<Future<?>>();
    for (int i = 0; i < CONNECTIONS; i++) {
      reads.add(services.history().heads());
      reads.add(services.otherHistory().heads());
    }
    boolean few = isWarm.get();
    Promise<Integer> served = Promise.promise();
    clients =
        new WarmUpClients(server.actualPort(), topics(), tokens(few ? 1 : TOKENS), events::begin);
    clients.run(few ? FEW_SESSIONS : ENOUGH_SESSIONS, end, served);
    long timer = vertx.setPeriodic(PUBLISH_MILLIS, fired -> hubs.publish(events::publishTo));
    return served
        .future()
        .onComplete(ended -> vertx.cancelTimer(timer))
        .compose(count -> Future.join(reads).transform(read -> Future.succeededFuture(count)))
        .onSuccess(count -> isWarm.set(true));
  }

  /** The paths of boards too: their snapshots are read and sent. */
  private List<String> topics() {
    var topics = new ArrayList<>(List.of(WarmUpEvents.STREAM));
    services.topics().boards().forEach(board -> topics.add(board.topic()));
    return topics;
  }

  private List<String> tokens(int count) {
    var issuer = new TokenIssuer(secret, Optional.empty(), Optional.empty());
    // May see every topic, whatever its visibility.
    Set<String> roles = Set.of(Principal.ADMIN, "publish");
    var tokens = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      tokens.add(issuer.issue("warm-up-" + i, Set.of(), roles, Duration.ofMinutes(1)));
    }
    return tokens;
  }

  private static void notFound(HttpServerRequest request) {
    request.response().setStatusCode(404).end();
  }
}
