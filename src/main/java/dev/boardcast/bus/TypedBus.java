package dev.boardcast.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.function.Consumer;

/**
 * Publishes and subscribes to typed messages on the Vert.x event bus. Thread safe; handlers run on
 * the context that subscribed.
 */
public final class TypedBus {
  private final Vertx vertx;

  public TypedBus(Vertx vertx) {
    this.vertx = vertx;
    Addresses.ALL.forEach(this::register);
  }

  /** Sends to every subscriber on every node, at most once. */
  public <T> void publish(Address<T> address, T message) {
    vertx
        .eventBus()
        .publish(address.name(), message, new DeliveryOptions().setCodecName(address.codec()));
  }

  /**
   * Subscribes a handler to an address.
   *
   * @return completes when the subscription has reached the whole cluster; unregister the consumer
   *     to end it
   */
  public <T> Future<MessageConsumer<T>> subscribe(Address<T> address, Consumer<T> handler) {
    MessageConsumer<T> consumer =
        vertx.eventBus().consumer(address.name(), message -> handler.accept(message.body()));
    return consumer.completion().map(consumer);
  }

  private void register(Address<?> address) {
    try {
      vertx.eventBus().registerCodec(new JsonCodec<>(address));
    } catch (IllegalStateException alreadyRegistered) {
      // By another TypedBus on the same Vert.x, with the same codec.
    }
  }
}
