package dev.boardcast.gateway;

import dev.boardcast.auth.revocation.AccessChange;
import dev.boardcast.bus.OutsideOfRequest;
import dev.boardcast.bus.SessionList;
import dev.boardcast.bus.SessionRequest;
import dev.boardcast.spi.Problem;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the hubs of a node: one for each deployment and event loop on which requests arrive, made
 * by the first of them. Thread safe.
 */
final class HubRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(HubRegistry.class);

  private final GatewayNode node;
  private final Map<Key, GatewayHub> hubs = new ConcurrentHashMap<>();

  /**
   * @param deployment null for a server that belongs to no verticle
   */
  private record Key(String deployment, Thread eventLoop) {}

  HubRegistry(GatewayNode node) {
    this.node = node;
    node.queued().onExceeded(new BacklogReduction(node.queued(), hubs::values)::run);
  }

  /**
   * The hub of the event loop that calls.
   *
   * @throws Problem 500 when the caller is on none, but on a worker or virtual thread
   */
  GatewayHub current() {
    Context context = Vertx.currentContext();
    if (context == null || !context.isEventLoopContext()) {
      LOG.error(
          "a request for a WebSocket or an event stream arrived on {}: serve the gateway's paths by"
              + " a verticle on an event loop",
          Thread.currentThread().getName());
      throw Problem.of(
          500, "Internal error", "this server does not handle requests on an event loop");
    }
    var key = new Key(context.deploymentID(), Thread.currentThread());
    GatewayHub known = hubs.get(key);
    if (known != null) return known;
    // No other thread creates it: the key contains this thread.
    return OutsideOfRequest.call(() -> make(key));
  }

  /** Makes the hub in the context that all requests share, and so all that it does later. */
  private GatewayHub make(Key key) {
    var made = new GatewayHub(node, Vertx.currentContext(), ended -> hubs.remove(key, ended));
    hubs.put(key, made);
    made.start();
    return made;
  }

  /** Hands a message of the bus to every hub. */
  void publish(Consumer<GatewayHub> message) {
    hubs.values().forEach(hub -> hub.post(message));
  }

  /** Sessions may have lost their access. */
  void accessChanged(AccessChange change) {
    hubs.values().forEach(hub -> hub.accessChanged(change));
  }

  /** The rules of streams have changed. */
  void rulesChanged() {
    hubs.values().forEach(GatewayHub::rulesChanged);
  }

  /** The sessions that a request asks for, or the one that it ends; never fails. */
  Future<List<SessionList.Entry>> sessions(SessionRequest request) {
    Future<List<SessionList.Entry>> found = Future.succeededFuture(List.of());
    for (GatewayHub hub : hubs.values()) {
      Future<List<SessionList.Entry>> one = hub.questions().sessions(request);
      found =
          found.compose(
              before -> one.map(more -> Stream.concat(before.stream(), more.stream()).toList()));
    }
    return found;
  }

  int size() {
    return hubs.size();
  }

  /** Counts the sessions of all hubs; never fails. */
  Future<SessionStatistics> statistics() {
    Future<SessionStatistics> sum = Future.succeededFuture(SessionStatistics.EMPTY);
    for (GatewayHub hub : hubs.values()) {
      Future<SessionStatistics> one = hub.questions().statistics();
      sum = sum.compose(before -> one.map(before::plus));
    }
    return sum;
  }

  /** Drains all hubs at the same time; never fails. */
  Future<Void> drain() {
    return all(GatewayHub::drain);
  }

  /** Ends all hubs; never fails. */
  Future<Void> close() {
    return all(GatewayHub::close);
  }

  private Future<Void> all(Function<GatewayHub, Future<Void>> action) {
    return Future.join(hubs.values().stream().map(action).toList())
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }
}
