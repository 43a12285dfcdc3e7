package dev.boardcast;

import dev.boardcast.engine.OptionalArtifact;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.cluster.ClusterManager;
import java.util.function.Consumer;

/**
 * Checks each second whether the node's Vert.x is still a member of its cluster, and reports once
 * that it is not. Vert.x itself goes on as if nothing had happened: it sends to nobody and is sent
 * nothing.
 */
final class ClusterWatch extends VerticleBase {
  private static final int INTERVAL_MILLIS = 1_000;

  private final Consumer<Throwable> lost;
  private boolean isReported;

  /**
   * @param lost gets the cause, on the verticle's thread
   */
  ClusterWatch(Consumer<Throwable> lost) {
    this.lost = lost;
  }

  @Override
  public Future<?> start() {
    ClusterManager manager = manager(vertx);
    if (manager != null) vertx.setPeriodic(INTERVAL_MILLIS, tick -> check(manager));
    return Future.succeededFuture();
  }

  private void check(ClusterManager manager) {
    if (isReported || isMember(manager)) return;
    isReported = true;
    lost.accept(
        new IllegalStateException(
            "this node is no member of its cluster any more: its cluster manager was shut down"));
  }

  /** The cluster manager of a Vert.x, null where it is not clustered. */
  static ClusterManager manager(Vertx vertx) {
    return vertx instanceof VertxInternal internal ? internal.clusterManager() : null;
  }

  private static boolean isMember(ClusterManager manager) {
    return manager.isActive()
        && (!OptionalArtifact.HAZELCAST.isPresent() || HazelcastCluster.isRunning(manager));
  }
}
