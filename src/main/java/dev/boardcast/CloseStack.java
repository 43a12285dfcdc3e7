package dev.boardcast;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;

/** What a node has opened, to be closed the other way. Thread safe. */
final class CloseStack {
  private final Vertx vertx;
  private final Deque<Supplier<Future<?>>> closings = new ConcurrentLinkedDeque<>();

  CloseStack(Vertx vertx) {
    this.vertx = vertx;
  }

  Future<?> deploy(int instances, Supplier<Deployable> verticle) {
    return vertx
        .deployVerticle(verticle, new DeploymentOptions().setInstances(instances))
        .onSuccess(id -> closings.push(() -> vertx.undeploy(id)));
  }

  Future<?> keep(Future<?> opening, Supplier<Future<?>> closing) {
    return opening.onSuccess(up -> closings.push(closing));
  }

  /** Last opened, first closed; each step is tried though another failed. Never fails. */
  Future<?> close() {
    Future<?> steps = Future.succeededFuture();
    while (!closings.isEmpty()) {
      Supplier<Future<?>> each = closings.pop();
      steps = steps.transform(before -> each.get());
    }
    return steps.otherwiseEmpty();
  }
}
