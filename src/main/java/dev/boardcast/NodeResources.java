package dev.boardcast;

import dev.boardcast.admin.NodeMeters;
import dev.boardcast.auth.JwtAuthenticator;
import dev.boardcast.auth.revocation.AccessGuard;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.bus.security.MessageSigner;
import dev.boardcast.database.CertificateCheck;
import dev.boardcast.database.WriterLocator;
import dev.boardcast.web.audit.AuditTrail;
import dev.boardcast.web.limits.ClientLimits;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Holds what the parts of a node share: its clock, database pools in mode standard, event bus,
 * meters and authenticator. Thread safe.
 */
final class NodeResources {
  private final NodeInputs inputs;
  private final AccessGuard access;
  private final Optional<JwtAuthenticator> keys;
  private final NodeMeters meters;
  private final TypedBus bus;
  private final Optional<NodePools> pools;
  private final CertificateCheck certificateCheck = new CertificateCheck();
  private final Optional<WriterLocator> writer;
  private final ClientLimits limits;
  private final Optional<AuditTrail> audit;

  private NodeResources(NodeInputs inputs, Optional<JwtAuthenticator> keys) {
    this.inputs = inputs;
    this.keys = keys;
    access =
        keys.map(
                own ->
                    new AccessGuard(
                        own, own::isSignedByKnownKey, Clock.systemUTC(), options().auth().leeway()))
            .orElseGet(() -> AccessGuard.of(inputs.authenticator().orElseThrow()));
    keys.ifPresent(own -> own.onWithdrawn(access::keysWithdrawn));
    String application = options().name();
    writer =
        options().mode() == Mode.STANDARD
            ? Optional.of(new WriterLocator(vertx(), options().db(), certificateCheck))
            : Optional.empty();
    pools = writer.map(found -> NodePools.of(vertx(), options(), found));
    bus =
        new TypedBus(
            vertx(),
            application,
            options().cluster().secret().map(MessageSigner::of).orElseGet(MessageSigner::none));
    meters =
        inputs
            .registry()
            .map(given -> NodeMeters.in(given, inputs.prometheus(), application))
            .orElseGet(() -> NodeMeters.own(application));
    bus.rejected().bindTo(meters.registry());
    var addresses = options().gateway().admission().addresses();
    limits = new ClientLimits(options().limits(), addresses, Optional.of(registry()));
    audit =
        pools.map(
            database ->
                new AuditTrail(
                    vertx(),
                    database.requests(),
                    options().node(),
                    addresses,
                    limits,
                    options().audit(),
                    registry()));
  }

  /** Opens everything; fails, and leaves nothing open, when the keys or addresses are unusable. */
  static Future<NodeResources> open(NodeInputs inputs) {
    if (inputs.authenticator().isPresent()) return create(inputs, Optional.empty());
    return JwtAuthenticator.start(inputs.vertx(), inputs.options().auth())
        .compose(started -> create(inputs, Optional.of(started)));
  }

  private static Future<NodeResources> create(NodeInputs inputs, Optional<JwtAuthenticator> keys) {
    try {
      return Future.succeededFuture(new NodeResources(inputs, keys));
    } catch (RuntimeException unusable) {
      return close(keys).transform(closed -> Future.failedFuture(unusable));
    }
  }

  private static Future<Void> close(Optional<JwtAuthenticator> keys) {
    return keys.map(JwtAuthenticator::close).orElseGet(Future::succeededFuture);
  }

  Vertx vertx() {
    return inputs.vertx();
  }

  NodeOptions options() {
    return inputs.options();
  }

  Clock clock() {
    return inputs.clock();
  }

  /** Verifies tokens, and refuses revoked ones. */
  AccessGuard access() {
    return access;
  }

  /** Reads the keys that sign tokens once more, where they are ours to read. */
  void refreshKeys() {
    keys.ifPresent(JwtAuthenticator::refresh);
  }

  /** A probe of the identity provider, by its name; none without {@code oidc-issuer}. */
  Map<String, Supplier<Future<?>>> providerProbe() {
    if (keys.isEmpty() || options().auth().oidc().issuer().isEmpty()) return Map.of();
    JwtAuthenticator own = keys.get();
    return Map.of(
        "oidc",
        () ->
            own.isKeySetAway()
                ? Future.failedFuture("the keys of oidc-issuer cannot be fetched")
                : Future.succeededFuture());
  }

  /** Meters of every part of the node. */
  MeterRegistry registry() {
    return meters.registry();
  }

  NodeMeters meters() {
    return meters;
  }

  TypedBus bus() {
    return bus;
  }

  /** The bounds of clients on every port of the node. */
  ClientLimits limits() {
    return limits;
  }

  /** Where acts of clients are recorded, in mode standard. */
  AuditTrail audit() {
    return audit.orElseThrow();
  }

  /** Connections for requests over HTTP. */
  Pool requests() {
    return pools.orElseThrow().requests();
  }

  /** Connections for the emitter, folds and snapshots, which must not wait behind requests. */
  Pool background() {
    return pools.orElseThrow().background();
  }

  /**
   * Connections for reads of the event log: clients that come back must not wait for folds, which a
   * node has many of when it takes over another's boards.
   */
  Pool log() {
    return pools.orElseThrow().log();
  }

  /** Connections for the queries of board files, whose run time is unknown. */
  Pool boardFiles() {
    return pools.orElseThrow().boardFiles();
  }

  /** Tells why connections to the database failed. */
  CertificateCheck certificateCheck() {
    return certificateCheck;
  }

  /** A new pool of one connection for the node's heartbeat, which closes it. */
  Pool heartbeatConnection() {
    return NodePools.pool(vertx(), options(), writer.orElseThrow(), "heartbeat", 1);
  }

  /** The same, to listen to what applications publish in their own transactions. */
  Pool notificationConnection() {
    return NodePools.pool(vertx(), options(), writer.orElseThrow(), "notifications", 1);
  }

  /** Closes everything but the given Vert.x; each step is tried even if another fails. */
  Future<Void> close() {
    return close(keys)
        .transform(before -> audit.map(AuditTrail::close).orElseGet(Future::succeededFuture))
        .transform(before -> pools.map(NodePools::close).orElseGet(Future::succeededFuture))
        .otherwiseEmpty()
        .onComplete(closed -> meters.close());
  }
}
