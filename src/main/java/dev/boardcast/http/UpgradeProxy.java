package dev.boardcast.http;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.GatewayBeacon;
import dev.boardcast.bus.Parting;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Routes;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Hands WebSocket upgrades, and requests for Server-Sent Events, that arrive on the HTTP port to a
 * gateway: this node's own where it has one that takes clients, else any of the cluster; when that
 * one turns out to be gone, to the next. Neither REST nor the gateway port pay for it. Thread safe;
 * one per node.
 */
public final class UpgradeProxy implements Routes {
  private static final Duration SILENCE_MEANS_GONE = Duration.ofSeconds(4);
  // Two beacons were missed: it may be stopped or cut off, and others are better.
  private static final Duration SILENCE_MEANS_DOUBT = Duration.ofMillis(2_200);
  // Beacons come each second.
  private static final Duration BEACON_WAIT = Duration.ofMillis(1500);
  // A tunnel holds its place in the client's pool as long as it lives.
  private static final int MAX_UPGRADED = 20_000;
  private static final int MOST_TRIES = 3;
  // Much smaller, and a kernel drops what comes in a burst and has it sent again, later each time.
  private static final int RECEIVE_BUFFER = 8 << 10;

  private final String node;
  private final Map<String, Seen> gateways = new ConcurrentHashMap<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final Promise<Void> known = Promise.promise();
  private final Tunnels open = new Tunnels();
  private final LocalTunnels local = new LocalTunnels();
  private final Duration patience;
  private volatile MessageConsumer<GatewayBeacon> subscription;
  private volatile TypedBus bus;
  private volatile boolean leaving;

  private record Seen(GatewayBeacon gateway, long nanos) {
    boolean isSilentFor(Duration time) {
      return System.nanoTime() - nanos > time.toNanos();
    }
  }

  /**
   * @param node this node's name, to know its own gateway
   */
  public UpgradeProxy(String node) {
    this(node, Duration.ZERO);
  }

  /**
   * @param patience how long gateways may take to let go who came through this node when it leaves
   */
  public UpgradeProxy(String node, Duration patience) {
    this.node = node;
    this.patience = patience;
  }

  /** What this node's own gateway is to know of those that it gets by way of this. */
  public LocalTunnels local() {
    return local;
  }

  /** Starts to listen for gateways. */
  public Future<Void> listen(TypedBus bus) {
    this.bus = bus;
    return bus.subscribe(Addresses.GATEWAY_BEACONS, this::heard)
        .onSuccess(consumer -> subscription = consumer)
        .mapEmpty();
  }

  /**
   * Completes when a gateway is known, or has had the time to say that it is there; never fails.
   */
  public Future<Void> known(Vertx vertx) {
    long timer = vertx.setTimer(BEACON_WAIT.toMillis(), waited -> known.tryComplete());
    return known.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  /**
   * Hands on no more, asks the gateways to take leave of who came through here, waits until they
   * have, within bounds, and ends listening.
   */
  public Future<Void> close() {
    leaving = true;
    return letGo()
        .transform(
            gone -> {
              var consumer = subscription;
              return consumer == null ? Future.succeededFuture() : consumer.unregister();
            });
  }

  private Future<Void> letGo() {
    if (open.isEmpty() || patience.isZero()) return Future.succeededFuture();
    bus.publish(Addresses.PARTINGS, new Parting(node));
    return open.none().timeout(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void heard(GatewayBeacon beacon) {
    if (beacon.open()) gateways.put(beacon.node(), new Seen(beacon, System.nanoTime()));
    else gateways.remove(beacon.node());
    known.tryComplete();
  }

  @Override
  public void mount(Router router) {
    // One for each router, and so for each event loop.
    var client = new AtomicReference<HttpClient>();
    router
        .get("/api/v1/stream")
        .setName("followTopics")
        .handler(
            context -> {
              if (client.get() == null) client.set(client(context.vertx()));
              handOn(context.request(), Set.of(), (to, tunnel) -> tunnel.stream(to, client.get()));
            });
  }

  /** One way to hand a request on. */
  private interface Way {
    Future<Void> through(GatewayBeacon gateway, Tunnel tunnel);
  }

  /** Whether this request asks for a WebSocket. */
  static boolean isUpgrade(HttpServerRequest request) {
    if (request.method() != HttpMethod.GET) return false;
    String upgrade = request.getHeader(HttpHeaders.UPGRADE);
    return upgrade != null && upgrade.equalsIgnoreCase("websocket");
  }

  /** A handler for the requests that are upgrades, for one event loop. */
  Handler<HttpServerRequest> handler(Vertx vertx) {
    HttpClient client = client(vertx);
    return request ->
        handOn(request, Set.of(), (gateway, tunnel) -> tunnel.upgrade(gateway, client));
  }

  private static HttpClient client(Vertx vertx) {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setConnectTimeout(2000)
            .setTcpNoDelay(true)
            // What a slow client does not take is to wait at the gateway, not on the way here.
            .setReceiveBufferSize(RECEIVE_BUFFER)
            // Well before the gateway gives up a silent connection.
            .setKeepAliveTimeout(10),
        new PoolOptions().setHttp1MaxSize(MAX_UPGRADED).setMaxWaitQueueSize(1000));
  }

  private void handOn(HttpServerRequest request, Set<String> tried, Way way) {
    boolean more = !leaving && tried.size() < MOST_TRIES;
    Optional<Seen> picked = more ? pick(tried) : Optional.empty();
    if (picked.isEmpty()) {
      refuse(request);
      return;
    }
    var gateway = picked.get().gateway();
    way.through(gateway, tunnel(request, gateway))
        .onFailure(
            gone -> {
              if (request.response().closed()) return;
              // Unless it was heard since.
              gateways.remove(gateway.node(), picked.get());
              var others = new HashSet<>(tried);
              others.add(gateway.node());
              handOn(request, others, way);
            });
  }

  private Tunnel tunnel(HttpServerRequest request, GatewayBeacon gateway) {
    boolean here = gateway.node().equals(node);
    return new Tunnel(request, node, open, here ? Optional.of(local) : Optional.empty());
  }

  private Optional<Seen> pick(Set<String> tried) {
    gateways.values().removeIf(seen -> seen.isSilentFor(SILENCE_MEANS_GONE));
    var own = gateways.get(node);
    if (own != null && !tried.contains(node)) return Optional.of(own);
    List<Seen> others =
        gateways.values().stream().filter(seen -> !tried.contains(seen.gateway().node())).toList();
    List<Seen> heard =
        others.stream().filter(seen -> !seen.isSilentFor(SILENCE_MEANS_DOUBT)).toList();
    List<Seen> good = heard.isEmpty() ? others : heard;
    if (good.isEmpty()) return Optional.empty();
    return Optional.of(good.get(Math.floorMod(turn.getAndIncrement(), good.size())));
  }

  private static void refuse(HttpServerRequest request) {
    var problem = Problem.unavailable("no gateway is up in this cluster", 1);
    request
        .response()
        .setStatusCode(503)
        .putHeader("Retry-After", "1")
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
        .end(Buffer.buffer(Json.encode(problem.body())));
  }
}
