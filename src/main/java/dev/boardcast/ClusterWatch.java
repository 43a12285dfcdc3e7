package dev.boardcast;

import dev.boardcast.engine.OptionalArtifact;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.cluster.ClusterManager;
import java.util.function.Consumer;

/**
 * Checks each second whether the node's Vert.x is still a member of its cluster, and reports once
 * that it is not. Vert.x itself goes on as if nothing had happened: it sends to nobody and is sent
 * nothing. Also registers the meters of its cluster manager.
 */
final class ClusterWatch extends VerticleBase {
  private static final int INTERVAL_MILLIS = 1_000;

  private final MeterRegistry meters;
  private final Consumer<Throwable> lost;
  private boolean isReported;

  /**
   * @param lost gets the cause, on the verticle's thread
   */
  ClusterWatch(MeterRegistry meters, Consumer<Throwable> lost) {
    this.meters = meters;
    this.lost = lost;
  }

  @Override
  public Future<?> start() {
    ClusterManager manager = manager(vertx);
    if (manager == null) return Future.succeededFuture();
    if (OptionalArtifact.HAZELCAST.isPresent()) HazelcastCluster.bindTo(manager, meters);
    vertx.setPeriodic(INTERVAL_MILLIS, tick -> check(manager));
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
