package dev.boardcast.http;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.GatewayBeacon;
import dev.boardcast.bus.Json;
import dev.boardcast.bus.TypedBus;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hands WebSocket upgrades that arrive on the HTTP port to a gateway: this node's own where it has
 * one, else any live gateway of the cluster. Neither REST nor the gateway port pay for it. Thread
 * safe; one per node.
 */
public final class UpgradeProxy {
  private static final Duration SILENCE_MEANS_GONE = Duration.ofSeconds(4);
  // Two beacons were missed: it may be stopped or cut off, and others are better.
  private static final Duration SILENCE_MEANS_DOUBT = Duration.ofMillis(2_200);
  private static final int TRIES = 3;
  // Beacons come each second.
  private static final Duration BEACON_WAIT = Duration.ofMillis(1500);
  // A tunnel holds its place in the client's pool as long as it lives.
  private static final int MAX_UPGRADED = 20_000;

  private final String node;
  private final Map<String, Seen> gateways = new ConcurrentHashMap<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final Promise<Void> known = Promise.promise();
  private volatile MessageConsumer<GatewayBeacon> subscription;

  private record Seen(GatewayBeacon gateway, long nanos) {
    boolean isSilentFor(Duration limit) {
      return System.nanoTime() - nanos > limit.toNanos();
    }
  }

  /**
   * @param node this node's name, to know its own gateway
   */
  public UpgradeProxy(String node) {
    this.node = node;
  }

  /** Starts to listen for gateways. */
  public Future<Void> listen(TypedBus bus) {
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

  /** Ends listening. */
  public Future<Void> close() {
    var consumer = subscription;
    return consumer == null ? Future.succeededFuture() : consumer.unregister();
  }

  private void heard(GatewayBeacon beacon) {
    gateways.put(beacon.node(), new Seen(beacon, System.nanoTime()));
    known.tryComplete();
  }

  /** Whether this request asks for a WebSocket. */
  static boolean isUpgrade(HttpServerRequest request) {
    if (request.method() != HttpMethod.GET) return false;
    String upgrade = request.getHeader(HttpHeaders.UPGRADE);
    return upgrade != null && upgrade.equalsIgnoreCase("websocket");
  }

  /** A handler for the requests that are upgrades, for one event loop. */
  Handler<HttpServerRequest> handler(Vertx vertx) {
    var client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(2000)
                .setTcpNoDelay(true)
                // Well before the gateway gives up a silent connection.
                .setKeepAliveTimeout(10),
            new PoolOptions().setHttp1MaxSize(MAX_UPGRADED).setMaxWaitQueueSize(1000));
    return request -> {
      var tunnel = new Tunnel(request);
      reach(tunnel, client, TRIES).onFailure(unreachable -> refuse(request));
    };
  }

  /** One that cannot be asked is forgotten until it is heard again, and the next one is asked. */
  private Future<Void> reach(Tunnel tunnel, HttpClient client, int tries) {
    Optional<Seen> picked = tries == 0 ? Optional.empty() : pick();
    if (picked.isEmpty()) return Future.failedFuture("no gateway");
    Seen seen = picked.get();
    return tunnel
        .to(seen.gateway(), client)
        .recover(
            unreachable -> {
              gateways.remove(seen.gateway().node(), seen);
              return reach(tunnel, client, tries - 1);
            });
  }

  private Optional<Seen> pick() {
    gateways.values().removeIf(seen -> seen.isSilentFor(SILENCE_MEANS_GONE));
    var own = gateways.get(node);
    if (own != null) return Optional.of(own);
    List<Seen> all = List.copyOf(gateways.values());
    List<Seen> heard = all.stream().filter(seen -> !seen.isSilentFor(SILENCE_MEANS_DOUBT)).toList();
    List<Seen> good = heard.isEmpty() ? all : heard;
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
