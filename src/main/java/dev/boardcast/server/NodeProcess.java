package dev.boardcast.server;

import dev.boardcast.Boardcast;
import dev.boardcast.BoardcastOptions;
import dev.boardcast.ClusteredVertx;
import dev.boardcast.auth.AuthConfig;
import dev.boardcast.server.demo.DemoStarter;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.ProgramConfig;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.web.TlsConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts and stops one node: the data servers and Vert.x side by side, then Boardcast; stops them
 * in the opposite order, each within a time limit. Used once; thread safe.
 */
final class NodeProcess {
  private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);
  // On top of the time that sessions get to reconnect elsewhere.
  private static final int NODE_SECONDS = 6;
  private static final int VERTX_SECONDS = 4;
  private static final int SERVERS_SECONDS = 5;

  private final EffectiveSettings settings;
  private final Clock clock;
  private final ProcessMeters meters = new ProcessMeters();
  private Future<DataServers> servers = Future.failedFuture("not started");
  private Future<Vertx> vertx = Future.failedFuture("not started");
  private Future<Boardcast> node = Future.failedFuture("not started");
  private volatile boolean hasFailed;
  private boolean stopped;

  NodeProcess(EffectiveSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Starts everything.
   *
   * @return completes when the node takes traffic; after a failure call {@link #stop}
   */
  synchronized Future<Boardcast> start(List<BoardModule> boards) {
    if (stopped) return Future.failedFuture("stopped before it was started");
    servers = onThread("boardcast-servers", () -> DataServers.open(settings));
    // A closed cluster has its name in the database; others start side by side with it.
    vertx =
        settings.isGiven("cluster-secret")
            ? servers.compose(up -> startVertx(up.settings()))
            : startVertx(settings);
    vertx = vertx.map(OutOfMemoryExit::watch);
    // join rather than all: if one fails, the other must be up before it can be stopped.
    node =
        Future.join(servers, vertx)
            .compose(up -> deploy(vertx.result(), servers.result().settings(), boards))
            .onSuccess(started -> new StreamRuleFile(settings).follow(vertx.result(), started));
    return node;
  }

  /** Whether the node closed itself because of a fault that a new start repairs. */
  boolean hasFailed() {
    return hasFailed;
  }

  /** Stops what was started. Blocks for bounded time; may be called again and during a start. */
  synchronized void stop() {
    if (stopped) return;
    stopped = true;
    int drainSeconds = (int) settings.get("gateway-drain", Duration.class).toSeconds();
    await("Node", node.compose(Boardcast::close), drainSeconds + NODE_SECONDS);
    await("Vert.x", vertx.compose(Vertx::close), VERTX_SECONDS);
    await("Data servers", servers.compose(NodeProcess::close), SERVERS_SECONDS);
  }

  private Future<Vertx> startVertx(EffectiveSettings located) {
    var options = new VertxOptions();
    var transport = settings.bind(ProgramConfig.class).transport().find();
    boolean isClustered = settings.get("cluster", Boolean.class);
    return onThread("boardcast-vertx", () -> meters.vertx(options).withTransport(transport))
        .compose(
            builder ->
                isClustered
                    ? ClusteredVertx.vertx(
                        ProgramDefaults.withCluster(settings, located).options(), options, builder)
                    : Future.succeededFuture(builder.with(options).build()));
  }

  private Future<Boardcast> deploy(
      Vertx vertx, EffectiveSettings located, List<BoardModule> boards) {
    BoardcastOptions options = located.options();
    var node =
        Boardcast.builder(vertx, options)
            .meterRegistry(meters.registry())
            .prometheus(meters::scrape)
            .clock(clock)
            .failureHandler(fault -> hasFailed = true);
    if (!settings.get("demo", Boolean.class)) return node.boards(boards).start();
    var demo =
        DemoStarter.of(
            located.bind(AuthConfig.class),
            located.get("host", String.class),
            located.bind(TlsConfig.class).isOn());
    var modules = new ArrayList<>(boards);
    modules.add(demo.signIn());
    return node.boards(modules)
        .start()
        .compose(started -> demo.start(vertx, started.httpPort()).map(started));
  }

  private static Future<Void> close(DataServers servers) {
    return onThread(
        "boardcast-servers-stop",
        () -> {
          servers.close();
          return null;
        });
  }

  private static <T> Future<T> onThread(String name, Callable<T> task) {
    Promise<T> done = Promise.promise();
    var thread =
        new Thread(
            () -> {
              try {
                done.complete(task.call());
              } catch (Exception failure) {
                done.fail(failure);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return done.future();
  }

  private static void await(String what, Future<?> stopping, int seconds) {
    try {
      stopping.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
      LOG.info("{} stopped", what);
    } catch (TimeoutException slow) {
      LOG.warn("{} did not stop within {} s", what, seconds);
    } catch (ExecutionException failure) {
      LOG.debug("{} was not started, or did not stop cleanly", what, failure.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
