package dev.boardcast;

import dev.boardcast.web.MemoryExhaustion;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A verticle whose unhandled exceptions are logged, and reported where memory is exhausted. */
record WatchedVerticle(Deployable verticle) implements Deployable {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedVerticle.class);

  @Override
  public Future<?> deploy(Context context) throws Exception {
    context.exceptionHandler(
        failure -> {
          MemoryExhaustion.report(failure);
          LOG.error("Unhandled exception", failure);
        });
    return verticle.deploy(context);
  }

  @Override
  public Future<?> undeploy(Context context) throws Exception {
    return verticle.undeploy(context);
  }
}
