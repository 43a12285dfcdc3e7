package dev.boardcast.database;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.LeaseGranted;
import dev.boardcast.bus.TypedBus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one statement per interval that renews all leases of this node, acquires those that are
 * free, and reads what a node must learn from the database. Nothing else polls an idle database.
 *
 * <ul>
 *   <li>It has a connection of its own, so that no other work delays it. One that does not answer
 *       within a second is replaced.
 *   <li>A lease is handed over when its holder leaves on purpose, to a node that wants it and has
 *       the fewest; that one learns it from the bus at once, or from its next heartbeat.
 *   <li>A lease is also handed over when the messages of another node that wants it reach more
 *       nodes than its holder's do.
 * </ul>
 *
 * One per node. Its methods may be called from any thread.
 */
public final class NodeHeartbeat extends VerticleBase {
  /**
   * A condition of SQL on a row {@code h} of {@code node_heartbeat}: the connection of the node has
   * ended, as that of a killed process does at once. So may that of a node that lives; only one
   * that has missed heartbeats as well is gone.
   */
  public static final String CONNECTION_ENDED =
      """
      NOT EXISTS (
        SELECT FROM pg_stat_activity c
        WHERE c.pid = h.backend
          AND (c.backend_start = h.backend_start OR c.backend_start IS NULL))""";

  /** Rows of nodes that were killed. */
  public static final RowExpiryVerticle.Expiry EXPIRY =
      new RowExpiryVerticle.Expiry("node_heartbeat", "seen_at", Duration.ofHours(1));

  private static final Logger LOG = LoggerFactory.getLogger(NodeHeartbeat.class);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(1);
  // Nodes notice at different times that messages of others no longer arrive.
  private static final int BETTER_CONNECTED_BEATS = 3;

  private final String node;
  private final Duration interval;
  private final Supplier<Pool> connections;
  private final TypedBus bus;
  private final HeartbeatStatement statement;
  private final Map<String, LeaseRegistration> registrations = new ConcurrentHashMap<>();
  private final Supplier<Set<String>> suspects;
  private final HeartbeatHub heartbeats = new HeartbeatHub();
  private volatile LongSupplier knownRevocations = () -> Long.MAX_VALUE;
  private MessageConsumer<LeaseGranted> grants;
  private volatile Pool connection;
  private volatile boolean leaving;
  private volatile boolean answered;
  private volatile Throwable failure;
  private volatile long answeredNanos;
  private boolean beating;
  private boolean beatAgain;
  private int betterConnected;
  private boolean failing;
  private boolean stopped;
  private long timer = -1;

  /**
   * @param node unique for this run of the process: the holder of its leases
   * @param connections makes a pool of one connection; this closes it
   * @param suspects names the nodes of which the bus has brought nothing lately; any thread
   */
  public NodeHeartbeat(
      String node,
      Duration interval,
      Supplier<Pool> connections,
      TypedBus bus,
      Supplier<Set<String>> suspects) {
    this.node = node;
    this.interval = interval;
    this.connections = connections;
    this.bus = bus;
    this.suspects = suspects;
    this.statement = new HeartbeatStatement(node, interval);
  }

  /** The holder of this node's leases. */
  public String node() {
    return node;
  }

  /** Brings what each heartbeat has read; on the event loop of this verticle. */
  public HeartbeatHub heartbeats() {
    return heartbeats;
  }

  /**
   * Reads revocations with each heartbeat from now on.
   *
   * @param known the version up to which the node knows them; any thread
   */
  public void followRevocations(LongSupplier known) {
    knownRevocations = known;
    beatSoon();
  }

  /** Whether the database has answered the last heartbeat, and lately. */
  public boolean isAnswered() {
    return answered && System.nanoTime() - answeredNanos < 3 * ANSWER_LIMIT.toNanos();
  }

  /** Why the last heartbeat failed; empty once one was answered. Any thread. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /** From now on no other node hands a lease over to this one. */
  public void leave() {
    leaving = true;
    beatSoon();
  }

  @Override
  public Future<?> start() {
    connection = connections.get();
    return bus.subscribe(Addresses.LEASE_GRANTS, this::granted)
        .onSuccess(
            subscription -> {
              grants = subscription;
              beat();
            });
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    vertx.cancelTimer(timer);
    return grants
        .unregister()
        .eventually(() -> bounded(statement.leave(connection)).otherwiseEmpty())
        .eventually(connection::close);
  }

  /** Asks for a lease with each heartbeat from the next one on, which follows at once. */
  void register(LeaseRegistration registration) {
    registrations.put(registration.lease().name(), registration);
    beatSoon();
  }

  void unregister(LeaseRegistration registration) {
    registrations.remove(registration.lease().name(), registration);
  }

  /**
   * Gives a lease that this node holds to another that wants it, or frees it.
   *
   * @return fails when the database does not answer in time: then the lease expires
   */
  Future<Void> release(Lease lease, long token) {
    return handOver(lease, token, true, 0).mapEmpty();
  }

  /**
   * Gives a lease that this node holds to another that wants it.
   *
   * @param minReceivers how many nodes the messages of the other must reach
   * @return whether there is one; fails as {@link #release} does
   */
  Future<Boolean> offer(Lease lease, long token, long minReceivers) {
    return handOver(lease, token, false, minReceivers);
  }

  private Future<Boolean> handOver(Lease lease, long token, boolean orFree, long minReceivers) {
    return bounded(statement.handOver(connection, lease, token, orFree, minReceivers))
        .map(
            result -> {
              var holder = result.filter(next -> !next.node().equals(node));
              holder.ifPresent(next -> announce(lease, next));
              return holder.isPresent();
            });
  }

  /** The new holder need not wait for its next heartbeat. */
  private void announce(Lease lease, HeartbeatStatement.Holder holder) {
    LOG.debug("lease {} was handed over to {}", lease.name(), holder.node());
    bus.publish(
        Addresses.LEASE_GRANTS, new LeaseGranted(lease.name(), holder.node(), holder.token()));
  }

  private void granted(LeaseGranted grant) {
    if (!grant.holder().equals(node)) return;
    LeaseRegistration registration = registrations.get(grant.lease());
    if (registration != null) registration.granted(grant.token());
  }

  private void beatSoon() {
    // Before the start there is no context; the first heartbeat requests all registered leases.
    if (context != null) context.runOnContext(soon -> beat());
  }

  private void beat() {
    if (stopped) return;
    if (beating) {
      beatAgain = true;
      return;
    }
    beating = true;
    beatAgain = false;
    vertx.cancelTimer(timer);
    long askedNanos = System.nanoTime();
    long askedMicros = DatabaseClock.now();
    var asked = List.copyOf(registrations.values());
    bounded(
            statement.beat(
                connection,
                asked.stream().map(LeaseRegistration::request).toList(),
                suspects.get(),
                leaving,
                knownRevocations.getAsLong()))
        .onComplete(
            (answer, failure) -> {
              beating = false;
              // The first failure is repeated at once: a connection that ended costs no heartbeat.
              boolean isFirstFailure = failure != null && !failing;
              boolean isPartial = failure == null && answer.heartbeat().revocations().isPartial();
              boolean atOnce = beatAgain || isFirstFailure || isPartial;
              if (failure == null) {
                heartbeats.clock().read(askedMicros, answer.readMicros());
                answered(asked, answer);
              }
              if (failure != null) failed(asked, failure);
              long passed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - askedNanos);
              next(Math.max(1, atOnce ? 1 : interval.toMillis() - passed));
            });
  }

  private void next(long millis) {
    if (!stopped) timer = vertx.setTimer(millis, due -> beat());
  }

  private void answered(List<LeaseRegistration> asked, HeartbeatStatement.Answer answer) {
    if (failing) LOG.info("the heartbeat of node {} has recovered", node);
    failing = false;
    failure = null;
    answered = true;
    answeredNanos = System.nanoTime();
    long askedNanos = answer.heartbeat().askedNanos();
    for (LeaseRegistration registration : asked) {
      Long token = answer.tokens().get(registration.lease().name());
      registration.answered(
          token == null ? OptionalLong.empty() : OptionalLong.of(token), askedNanos);
    }
    offerToBetterConnected(asked, answer);
    heartbeats.publish(answer.heartbeat());
  }

  private void offerToBetterConnected(
      List<LeaseRegistration> asked, HeartbeatStatement.Answer answer) {
    long receivers = answer.receivers().getOrDefault(node, 0L);
    betterConnected = answer.isReceivedByMore(receivers) ? betterConnected + 1 : 0;
    if (betterConnected < BETTER_CONNECTED_BEATS) return;
    for (LeaseRegistration registration : asked) registration.betterConnected(receivers + 1);
  }

  private void failed(List<LeaseRegistration> asked, Throwable cause) {
    if (stopped) return;
    if (!failing) LOG.warn("the heartbeat of node {} failed, retrying: {}", node, "" + cause);
    failure = cause;
    failing = true;
    answered = false;
    // A connection that was cut silently would respond long after the network has recovered.
    connection.close();
    connection = connections.get();
    asked.forEach(LeaseRegistration::unanswered);
  }

  private <T> Future<T> bounded(Future<T> answer) {
    return answer.timeout(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
