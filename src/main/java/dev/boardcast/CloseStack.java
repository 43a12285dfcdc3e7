package dev.boardcast;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;

/** Closes what a node has opened, in the opposite order. Thread safe. */
final class CloseStack {
  private final Vertx vertx;
  private final Deque<Supplier<Future<?>>> closings = new ConcurrentLinkedDeque<>();

  CloseStack(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Deploys a verticle, to be undeployed by {@link #close}. */
  Future<?> deploy(int instances, Supplier<Deployable> verticle) {
    return vertx
        .deployVerticle(
            () -> new WatchedVerticle(verticle.get()),
            new DeploymentOptions().setInstances(instances))
        .onSuccess(id -> closings.push(() -> vertx.undeploy(id)));
  }

  /** Adds a step to {@link #close} that undoes {@code opening}, once that has succeeded. */
  Future<?> add(Future<?> opening, Supplier<Future<?>> closing) {
    return opening.onSuccess(up -> closings.push(closing));
  }

  /** Closes what was opened last first; each step is tried even if another fails. Never fails. */
  Future<?> close() {
    Future<?> steps = Future.succeededFuture();
    while (!closings.isEmpty()) {
      Supplier<Future<?>> each = closings.pop();
      steps = steps.transform(before -> each.get());
    }
    return steps.otherwiseEmpty();
  }
}
