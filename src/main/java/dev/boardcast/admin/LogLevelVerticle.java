package dev.boardcast.admin;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.LogLevelChange;
import dev.boardcast.bus.TypedBus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;

/** Changes levels of loggers when an operator has ordered it on any node. One per node. */
public final class LogLevelVerticle extends VerticleBase {
  private final TypedBus bus;
  private final String node;
  private MessageConsumer<?> consumer;

  /**
   * @param node the name of this node
   */
  public LogLevelVerticle(TypedBus bus, String node) {
    this.bus = bus;
    this.node = node;
  }

  @Override
  public Future<?> start() {
    return bus.subscribe(Addresses.LOG_LEVELS, this::change).onSuccess(made -> consumer = made);
  }

  @Override
  public Future<?> stop() {
    return consumer.unregister();
  }

  private void change(LogLevelChange wanted) {
    if (wanted.node() == null || wanted.node().equals(node)) LogLevels.apply(wanted);
  }
}
