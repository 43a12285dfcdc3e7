package dev.boardcast;

import dev.boardcast.admin.NodeMeters;
import dev.boardcast.auth.JwtAuthenticator;
import dev.boardcast.auth.revocation.AccessGuard;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.bus.security.MessageSigner;
import dev.boardcast.database.CertificateCheck;
import dev.boardcast.database.Pools;
import dev.boardcast.web.audit.AuditTrail;
import dev.boardcast.web.limits.ClientLimits;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.Optional;

/**
 * Holds what the parts of a node share: its clock, database pools, event bus, meters and
 * authenticator. Thread safe.
 */
final class NodeResources {
  private static final int BOARD_FILE_CONNECTIONS = 4;
  private static final int LOG_CONNECTIONS = 4;
  private static final int MIN_BACKGROUND_CONNECTIONS = 6;

  private final NodeInputs inputs;
  private final AccessGuard access;
  private final Optional<JwtAuthenticator> keys;
  private final NodeMeters meters;
  private final TypedBus bus;
  private final Pool requests;
  private final Pool background;
  private final Pool log;
  private final Pool boardFiles;
  private final CertificateCheck certificateCheck = new CertificateCheck();
  private final ClientLimits limits;
  private final AuditTrail audit;

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
    int connections = options().db().poolSize();
    requests = pool("requests", connections);
    background = pool("background", Math.max(MIN_BACKGROUND_CONNECTIONS, connections / 2));
    log = pool("log", LOG_CONNECTIONS);
    boardFiles = pool("board-files", BOARD_FILE_CONNECTIONS);
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
        new AuditTrail(
            vertx(), requests, options().node(), addresses, limits, options().audit(), registry());
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

  /** Where acts of clients are recorded. */
  AuditTrail audit() {
    return audit;
  }

  /** Connections for requests over HTTP. */
  Pool requests() {
    return requests;
  }

  /** Connections for the emitter, folds and snapshots, which must not wait behind requests. */
  Pool background() {
    return background;
  }

  /**
   * Connections for reads of the event log: clients that come back must not wait for folds, which a
   * node has many of when it takes over another's boards.
   */
  Pool log() {
    return log;
  }

  /** Connections for the queries of board files, whose run time is unknown. */
  Pool boardFiles() {
    return boardFiles;
  }

  /** Tells why connections to the database failed. */
  CertificateCheck certificateCheck() {
    return certificateCheck;
  }

  /** A new pool of one connection for the node's heartbeat, which closes it. */
  Pool heartbeatConnection() {
    return pool("heartbeat", 1);
  }

  /** The same, to listen to what applications publish in their own transactions. */
  Pool notificationConnection() {
    return pool("notifications", 1);
  }

  /** Closes everything but the given Vert.x; each step is tried even if another fails. */
  Future<Void> close() {
    return close(keys)
        .transform(before -> audit.close())
        .transform(before -> background.close())
        .transform(before -> log.close())
        .transform(before -> boardFiles.close())
        .transform(before -> requests.close())
        .otherwiseEmpty()
        .onComplete(closed -> meters.close());
  }

  /** Its name is the {@code application_name} of its connections. */
  private Pool pool(String job, int size) {
    String name = "boardcast-" + options().name() + " " + job;
    return Pools.pool(vertx(), options().db(), name, size, certificateCheck);
  }
}
