package dev.boardcast;

import dev.boardcast.admin.NodeMeters;
import dev.boardcast.auth.JwtAuthenticator;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.CertificateCheck;
import dev.boardcast.database.Pools;
import dev.boardcast.spi.Authenticator;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * Holds what the parts of a node share: its clock, database pools, event bus, meters and
 * authenticator. Thread safe.
 */
final class NodeResources {
  private static final int BOARD_FILE_CONNECTIONS = 4;
  private static final int LOG_CONNECTIONS = 4;
  private static final int MIN_BACKGROUND_CONNECTIONS = 6;

  private final NodeInputs inputs;
  private final Authenticator authenticator;
  private final Supplier<Future<Void>> closeAuthenticator;
  private final NodeMeters meters;
  private final TypedBus bus;
  private final Pool requests;
  private final Pool background;
  private final Pool log;
  private final Pool boardFiles;
  private final CertificateCheck certificateCheck = new CertificateCheck();

  private NodeResources(
      NodeInputs inputs, Authenticator authenticator, Supplier<Future<Void>> closeAuthenticator) {
    this.inputs = inputs;
    this.authenticator = authenticator;
    this.closeAuthenticator = closeAuthenticator;
    String application = options().name();
    int connections = options().db().poolSize();
    requests = pool("requests", connections);
    background = pool("background", Math.max(MIN_BACKGROUND_CONNECTIONS, connections / 2));
    log = pool("log", LOG_CONNECTIONS);
    boardFiles = pool("board-files", BOARD_FILE_CONNECTIONS);
    bus = new TypedBus(vertx(), application);
    meters =
        inputs
            .registry()
            .map(given -> NodeMeters.in(given, inputs.prometheus(), application))
            .orElseGet(() -> NodeMeters.own(application));
  }

  /** Opens everything; fails, and leaves nothing open, when the keys or addresses are unusable. */
  static Future<NodeResources> open(NodeInputs inputs) {
    if (inputs.authenticator().isPresent()) {
      return create(inputs, inputs.authenticator().get(), Future::succeededFuture);
    }
    return JwtAuthenticator.start(inputs.vertx(), inputs.options().auth())
        .compose(started -> create(inputs, started, started::close));
  }

  private static Future<NodeResources> create(
      NodeInputs inputs, Authenticator authenticator, Supplier<Future<Void>> closeAuthenticator) {
    try {
      return Future.succeededFuture(new NodeResources(inputs, authenticator, closeAuthenticator));
    } catch (RuntimeException unusable) {
      return closeAuthenticator.get().transform(closed -> Future.failedFuture(unusable));
    }
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

  Authenticator authenticator() {
    return authenticator;
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

  /** Closes everything but the given Vert.x; each step is tried even if another fails. */
  Future<Void> close() {
    return closeAuthenticator
        .get()
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
