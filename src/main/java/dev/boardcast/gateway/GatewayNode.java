package dev.boardcast.gateway;

import dev.boardcast.bus.GatewayBeacon;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.http.LocalTunnels;
import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.TeamMemberships;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * What a node's gateway verticles have in common: give the same one to each instance, and they
 * share one port and one count of sessions. Safe to use from any thread.
 */
public final class GatewayNode {
  private final String name;
  private final String host;
  private final String reachableHost;
  private final int port;
  private final GatewayConfig config;
  private final TypedBus bus;
  private final EventHistory history;
  private final SnapshotSource snapshots;
  private final Authenticator authenticator;
  private final TeamMemberships memberships;
  private final TopicCatalogue topics;
  private final LocalTunnels tunnels;
  private final AdmissionControl admission;
  private final String key = UUID.randomUUID().toString();
  private final GatewayMeters meters;
  private final List<Supplier<Future<SessionStatistics>>> instances = new CopyOnWriteArrayList<>();
  private final AtomicBoolean announced = new AtomicBoolean();

  /**
   * @param reachableHost where other nodes find what is bound to {@code host}
   * @param port 0 for any free one, the same for all instances
   * @param tunnels those of this process's HTTP port
   * @param meters where to count, if anywhere
   */
  public GatewayNode(
      String name,
      String host,
      String reachableHost,
      int port,
      GatewayConfig config,
      TypedBus bus,
      EventHistory history,
      SnapshotSource snapshots,
      Authenticator authenticator,
      TeamMemberships memberships,
      TopicCatalogue topics,
      LocalTunnels tunnels,
      Optional<MeterRegistry> meters) {
    this.name = name;
    this.host = host;
    this.reachableHost = reachableHost;
    // Vert.x: servers that listen on the same negative port share one free port.
    this.port = port == 0 ? -1 - ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE - 1) : port;
    this.config = config;
    this.bus = bus;
    this.history = history;
    this.snapshots = snapshots;
    this.authenticator = authenticator;
    this.memberships = memberships;
    this.topics = topics;
    this.tunnels = tunnels;
    this.admission = new AdmissionControl(config);
    this.meters = new GatewayMeters(meters, admission.node());
  }

  /** An instance of this node: who counts its sessions on its own event loop. */
  void join(Supplier<Future<SessionStatistics>> instance) {
    instances.add(instance);
  }

  void part(Supplier<Future<SessionStatistics>> instance) {
    instances.remove(instance);
  }

  /** The sessions of all instances, counted; never fails. */
  public Future<SessionStatistics> census() {
    Future<SessionStatistics> sum = Future.succeededFuture(SessionStatistics.EMPTY);
    for (Supplier<Future<SessionStatistics>> instance : instances) {
      Future<SessionStatistics> one = instance.get().otherwise(SessionStatistics.EMPTY);
      sum = sum.compose(before -> one.map(before::plus));
    }
    return sum;
  }

  /** SessionRegistry of all instances. */
  public int sessions() {
    return admission.node().taken();
  }

  String name() {
    return name;
  }

  String host() {
    return host;
  }

  String reachableHost() {
    return reachableHost;
  }

  int port() {
    return port;
  }

  GatewayConfig config() {
    return config;
  }

  TypedBus bus() {
    return bus;
  }

  EventHistory history() {
    return history;
  }

  SnapshotSource snapshots() {
    return snapshots;
  }

  Authenticator authenticator() {
    return authenticator;
  }

  TeamMemberships memberships() {
    return memberships;
  }

  TopicCatalogue topics() {
    return topics;
  }

  LocalTunnels tunnels() {
    return tunnels;
  }

  AdmissionControl admission() {
    return admission;
  }

  /** What only the nodes of this cluster know: see {@link GatewayBeacon}. */
  String key() {
    return key;
  }

  GatewayMeters meters() {
    return meters;
  }

  /** Whether the caller is the instance that sends the node's beacon. */
  boolean claimBeacon() {
    return announced.compareAndSet(false, true);
  }

  void releaseBeacon() {
    announced.set(false);
  }
}
