package dev.boardcast.auth.revocation;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.NodeBeacon;
import dev.boardcast.bus.Revocation;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.Heartbeat;
import dev.boardcast.database.NodeHeartbeat;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an {@link AccessGuard} up to date: revocations arrive on the event bus, and for certain
 * with the next heartbeat of the database; a lifted one only with the heartbeat. Deployment
 * completes when all are known. Also notices when neither source has answered for too long. One per
 * node.
 */
public final class RevocationFollower extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(RevocationFollower.class);
  private static final int CHECK_MILLIS = 500;
  private static final int PRUNE_MILLIS = 60_000;
  private static final Duration FIRST_READ_LIMIT = Duration.ofSeconds(30);

  private final AccessGuard guard;
  private final NodeHeartbeat heartbeat;
  private final TypedBus bus;
  private final Duration blindLimit;
  private final Runnable keyRevoked;
  private final MeterRegistry meters;
  private final AtomicLong known = new AtomicLong(0);
  // Of this verticle's event loop; known is what the database has told.
  private final KnownVersions versions = new KnownVersions();
  private final Promise<Void> complete = Promise.promise();
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();
  private final List<Gauge> gauges = new ArrayList<>();
  private Runnable endHeartbeats = () -> {};
  private Blindness blindness;

  /**
   * @param blindLimit how long the node goes on when neither bus nor database answers
   * @param keyRevoked called when the tokens of a key were revoked, which may be withdrawn already
   */
  public RevocationFollower(
      AccessGuard guard,
      NodeHeartbeat heartbeat,
      TypedBus bus,
      Duration blindLimit,
      Runnable keyRevoked,
      MeterRegistry meters) {
    this.guard = guard;
    this.heartbeat = heartbeat;
    this.bus = bus;
    this.blindLimit = blindLimit;
    this.keyRevoked = keyRevoked;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    blindness = new Blindness(blindLimit.toMillis(), CHECK_MILLIS, now());
    register();
    endHeartbeats =
        heartbeat.heartbeats().subscribe(beat -> context.runOnContext(turn -> onHeartbeat(beat)));
    vertx.setPeriodic(CHECK_MILLIS, tick -> checkBlindness());
    vertx.setPeriodic(PRUNE_MILLIS, tick -> guard.prune());
    return bus.subscribe(Addresses.REVOCATIONS, this::onMessage)
        .onSuccess(consumers::add)
        .compose(subscribed -> bus.subscribe(Addresses.NODE_BEACONS, this::onBeacon))
        .onSuccess(consumers::add)
        .compose(
            subscribed -> {
              heartbeat.followRevocations(known::get);
              return complete.future().timeout(FIRST_READ_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            });
  }

  @Override
  public Future<?> stop() {
    endHeartbeats.run();
    gauges.forEach(meters::remove);
    return Future.join(consumers.stream().map(MessageConsumer::unregister).toList());
  }

  /**
   * Up to which version this node knows all revocations, while its database answers; otherwise
   * null. Any thread.
   */
  public Long knownIfCurrent() {
    return heartbeat.isAnswered() && complete.future().succeeded() ? known.get() : null;
  }

  private void onMessage(Revocation revocation) {
    versions.announced(revocation.version());
    // A message that claims to lift one might be late, or forged.
    if (revocation.liftedAt() == null) apply(List.of(revocation));
  }

  private void onBeacon(NodeBeacon beacon) {
    if (!beacon.node().equals(heartbeat.node())) {
      blindness.onBus(beacon.revocations(), versions.known());
    }
  }

  private void onHeartbeat(Heartbeat beat) {
    Heartbeat.NewRevocations read = beat.revocations();
    // Sent before this verticle followed, or before what is known already.
    if (read.after() != known.get()) return;
    if (read.version() < read.after()) {
      LOG.warn("the database has an older state than this node: revocations are read again");
      guard.beginReplacement();
      known.set(0);
      versions.reset();
      return;
    }
    apply(read.changed());
    known.set(
        read.isPartial()
            ? read.changed().get(read.changed().size() - 1).version()
            : read.version());
    versions.read(known.get());
    if (read.isPartial()) return;
    guard.endReplacement();
    blindness.onDatabase();
    if (guard.isBlind()) {
      LOG.info("the database answers again: tokens are accepted");
      guard.setBlind(false);
    }
    complete.tryComplete();
  }

  private void apply(List<Revocation> changed) {
    guard.apply(changed);
    if (changed.stream().anyMatch(each -> each.keyId() != null)) keyRevoked.run();
  }

  private void checkBlindness() {
    if (!blindness.check(now()) || guard.isBlind()) return;
    LOG.error(
        "neither the database nor a node that knows no more has answered for {} s, so this node cannot learn of"
            + " revocations: it ends the sessions of users and refuses their tokens until the"
            + " database answers; check its network, see auth-revocation-blind-limit",
        blindLimit.toSeconds());
    guard.setBlind(true);
  }

  private void register() {
    gauges.add(
        Gauge.builder("boardcast.revocations.active", guard, AccessGuard::size)
            .description("Revocations in force that this node knows")
            .register(meters));
    gauges.add(
        Gauge.builder("boardcast.revocations.blind", guard, each -> each.isBlind() ? 1 : 0)
            .description("1 while tokens are refused because revocations cannot be learnt")
            .register(meters));
  }

  private static long now() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
