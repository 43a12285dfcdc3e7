package dev.boardcast.server;

import dev.boardcast.BoardcastOptions;
import dev.boardcast.ClusteredVertx;
import dev.boardcast.server.settings.ClusterSettings;
import dev.boardcast.server.settings.DatabaseSettings;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.GatewaySettings;
import dev.boardcast.server.settings.NodeSettings;
import dev.boardcast.spi.BoardModule;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One start and one stop of a node: servers and cluster come up side by side, then the node; they
 * go down in the opposite order, each within its time.
 */
final class NodeProcess {
  private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);
  // Beside the time to let sessions go.
  private static final int NODE_SECONDS = 6;
  private static final int CLUSTER_SECONDS = 4;
  private static final int SERVERS_SECONDS = 5;

  private final EffectiveSettings values;
  private final Bootstrap parts;
  private Future<LocalServers> servers = Future.failedFuture("not started");
  private Future<Vertx> vertx = Future.failedFuture("not started");
  private Future<RunningNode> node = Future.failedFuture("not started");
  private boolean stopped;

  NodeProcess(EffectiveSettings values, Bootstrap parts) {
    this.values = values;
    this.parts = parts;
  }

  /**
   * Starts everything.
   *
   * @param config checked, with the addresses of embedded servers still open
   * @param boards of files
   * @return completes when the node is ready; after a failure call {@link #stop}
   */
  synchronized Future<RunningNode> start(BoardcastOptions config, List<BoardModule> boards) {
    if (stopped) return Future.failedFuture("stopped before it was started");
    servers = DatabaseSettings.embedded(values) ? embedded() : Future.succeededFuture(new Given());
    vertx = cluster();
    // join: also when one fails, the other is up, and can be stopped, before we go on.
    node =
        Future.join(servers, vertx)
            .compose(
                up ->
                    parts
                        .node()
                        .start(
                            vertx.result(),
                            with(config, servers.result()),
                            boards,
                            values.get(NodeSettings.DEMO)));
    return node;
  }

  /** Stops what is up, in order. Blocks, bounded; safe to call again and while starting. */
  synchronized void stop() {
    if (stopped) return;
    stopped = true;
    int drain = (int) values.get(GatewaySettings.DRAIN).toSeconds();
    await("node", node.compose(RunningNode::close), drain + NODE_SECONDS);
    await("cluster", vertx.compose(Vertx::close), CLUSTER_SECONDS);
    await("servers", servers.compose(NodeProcess::close), SERVERS_SECONDS);
  }

  private Future<LocalServers> embedded() {
    Path dataDir = values.get(NodeSettings.DATA_DIR);
    return onThread("boardcast-servers", () -> parts.servers().start(dataDir));
  }

  private Future<Vertx> cluster() {
    var options = new VertxOptions();
    var transport = values.get(NodeSettings.TRANSPORT).find();
    var cluster = ClusterSettings.config(values);
    return onThread(
            "boardcast-cluster", () -> parts.vertx().apply(options).withTransport(transport))
        .compose(
            builder ->
                cluster.isPresent()
                    ? ClusteredVertx.vertx(cluster.get(), options, builder)
                    : Future.succeededFuture(builder.with(options).build()));
  }

  private BoardcastOptions with(BoardcastOptions config, LocalServers servers) {
    var db = DatabaseSettings.config(values, servers.postgresUri(), servers.redisUri());
    return NodeSettings.config(values, db, config.auth());
  }

  private static Future<Void> close(LocalServers servers) {
    return onThread(
        "boardcast-servers-stop",
        () -> {
          servers.close();
          return null;
        });
  }

  private interface Task<T> {
    T run() throws Exception;
  }

  private static <T> Future<T> onThread(String name, Task<T> task) {
    Promise<T> done = Promise.promise();
    var thread =
        new Thread(
            () -> {
              try {
                done.complete(task.run());
              } catch (Exception failure) {
                done.fail(failure);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return done.future();
  }

  private static void await(String what, Future<?> closed, int seconds) {
    try {
      closed.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException slow) {
      LOG.warn("The {} did not stop within {} s", what, seconds);
    } catch (java.util.concurrent.ExecutionException never) {
      LOG.debug("The {} was not up, or did not stop cleanly", what, never.getCause());
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  /** LocalServers that others run. */
  private record Given(String postgresUri, String redisUri) implements LocalServers {
    Given() {
      this("", "");
    }

    @Override
    public void close() {
      // Theirs to stop.
    }
  }
}
