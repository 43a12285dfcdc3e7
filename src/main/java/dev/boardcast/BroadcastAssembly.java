package dev.boardcast;

import dev.boardcast.admin.Readiness;
import dev.boardcast.gateway.Gateway;
import dev.boardcast.gateway.presence.PresenceVerticle;
import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.NodeInfo;
import dev.boardcast.spi.StreamRules;
import dev.boardcast.web.MemoryExhaustion;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node of mode broadcast: {@link BroadcastParts} creates its parts, {@link #start} starts them
 * in order, and {@link #close} closes them in the opposite order. Thread safe.
 */
final class BroadcastAssembly implements RunningNode {
  private static final Logger LOG = LoggerFactory.getLogger(BroadcastAssembly.class);
  // Time for the response to a drain request to reach its client.
  private static final int LEAVE_DELAY_MILLIS = 50;
  private static final int MIN_FAULT_MILLIS = 2_000;
  private static final int MAX_FAULT_MILLIS = 6_000;

  private final NodeResources resources;
  private final BroadcastParts parts;
  private final NodeOptions options;
  private final boolean listens;
  private final Consumer<Throwable> failureHandler;
  private final CloseStack opened;
  private final Readiness readiness;
  private final List<String> warnings;
  private final AdminModule admin;
  private final BroadcastRoutes routes;
  private final NodePorts ports;
  private final Promise<Void> closed = Promise.promise();
  private final Runnable unlisten;
  private final AtomicBoolean exhausted = new AtomicBoolean();
  private boolean closing;

  /** Prepares a node that has no ports yet; fails when options cannot be used. */
  static Future<RunningNode> create(NodeInputs inputs) {
    if (!inputs.boards().isEmpty()) {
      return Future.failedFuture(
          new InvalidSettingException(
              "mode", "standard where there are boards: broadcast has none"));
    }
    return NodeResources.open(inputs)
        .compose(
            resources -> {
              try {
                return Future.succeededFuture(new BroadcastAssembly(inputs, resources));
              } catch (RuntimeException unusable) {
                return resources.close().transform(done -> Future.failedFuture(unusable));
              }
            });
  }

  private BroadcastAssembly(NodeInputs inputs, NodeResources resources) {
    this.resources = resources;
    options = inputs.options();
    listens = inputs.listens();
    failureHandler = inputs.failureHandler();
    parts = BroadcastParts.create(inputs, resources);
    readiness = new Readiness(awaitedParts());
    warnings = OpenAccess.of(options, listens, NodeParts.needsIngestRole(inputs));
    admin =
        AdminModule.withoutDatabase(
            resources,
            parts.directory(),
            readiness,
            parts.gateway(),
            this::info,
            warnings,
            this::leave);
    routes = new BroadcastRoutes(parts, readiness, admin);
    opened = new CloseStack(inputs.vertx());
    ports = new NodePorts(resources, opened, parts.gateway().isPresent());
    unlisten = MemoryExhaustion.listen(this::onExhaustion);
  }

  @Override
  public Future<Void> start() {
    warnings.forEach(LOG::warn);
    return BusSecurity.requireClosed(resources.vertx(), options.cluster())
        .compose(safe -> BusSecurity.boundHandshakes(resources.vertx(), options.cluster()))
        .compose(bounded -> listen())
        .compose(up -> opened.deploy(1, admin::verticle))
        .compose(up -> opened.deploy(1, admin::sessionVerticle))
        .compose(up -> opened.deploy(1, admin::logLevelVerticle))
        .compose(up -> opened.deploy(1, () -> new ClusterWatch(resources.registry(), this::fail)))
        .compose(up -> opened.deploy(1, parts::node))
        .onSuccess(up -> readiness.up("streams"))
        .compose(
            up -> opened.deploy(1, () -> new PresenceVerticle(resources.bus(), parts.presence())))
        .compose(up -> serveClients())
        .mapEmpty();
  }

  private Future<?> listen() {
    if (!listens) {
      readiness.up("http");
      return Future.succeededFuture();
    }
    return ports.open(routes).onSuccess(up -> readiness.up("http"));
  }

  private Future<?> serveClients() {
    if (parts.gateway().isEmpty()) return Future.succeededFuture();
    Gateway gateway = parts.gateway().get();
    Future<Void> started =
        listens
            ? gateway.start(
                options.host(),
                options.gatewayPort(),
                NodePorts.SERVERS,
                options.http().basePath().orElse(""),
                options.origins(),
                ports.tls())
            : gateway.start();
    return opened.add(started, gateway::close).onSuccess(up -> readiness.up("gateway"));
  }

  @Override
  public Future<Void> close() {
    readiness.leave();
    synchronized (this) {
      if (closing) return closed.future();
      closing = true;
    }
    parts.waits().close();
    opened
        .close()
        .transform(before -> resources.close())
        .onComplete(
            done -> {
              unlisten.run();
              closed.complete();
            });
    return closed.future();
  }

  @Override
  public Future<Void> closed() {
    return closed.future();
  }

  @Override
  public void mount(Router router, String path) {
    NodeAssembly.requireBasePath(path);
    routes.mounted().mount(resources.vertx(), router, path);
  }

  @Override
  public EventPublisher events() {
    return new BroadcastPublisher(parts.streams());
  }

  @Override
  public void streamRules(StreamRules rules) {
    parts.topics().streams().replace(rules);
  }

  @Override
  public NodeInfo info() {
    return options.describe(ports.http(), parts.gateway().map(Gateway::port).orElse(0));
  }

  /** The process is out of memory: the application decides what becomes of it. */
  private void onExhaustion(Throwable failure) {
    if (!exhausted.compareAndSet(false, true)) return;
    try {
      failureHandler.accept(failure);
    } finally {
      resources.vertx().runOnContext(turn -> close());
    }
  }

  /** Takes no new clients, and closes after a short time; see {@link NodeAssembly}. */
  private void fail(Throwable fault) {
    LOG.error("{}; it closes and must be started again", fault.getMessage());
    readiness.fail(fault.getMessage());
    failureHandler.accept(fault);
    long delay = ThreadLocalRandom.current().nextLong(MIN_FAULT_MILLIS, MAX_FAULT_MILLIS);
    resources.vertx().setTimer(delay, passed -> close());
  }

  /** As {@link #close}, after the response to the request for it. */
  private void leave() {
    readiness.leave();
    resources.vertx().setTimer(LEAVE_DELAY_MILLIS, passed -> close());
  }

  private Set<String> awaitedParts() {
    var awaited = new TreeSet<>(Set.of("http", "streams"));
    if (options.roles().contains(Role.GATEWAY)) awaited.add("gateway");
    return awaited;
  }
}
