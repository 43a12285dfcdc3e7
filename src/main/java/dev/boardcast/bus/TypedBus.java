package dev.boardcast.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.function.Consumer;

/**
 * The Vert.x event bus with our addresses and types: the codec is chosen by name, the type is
 * checked by the compiler. Safe to use from any thread; handlers run on the context that
 * subscribed.
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
   * Hands every message of an address to {@code handler}.
   *
   * @return completes when the whole cluster knows of the subscription; unregister it by the
   *     consumer
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
      // A second bus on the same Vert.x: the codec there is this one.
    }
  }
}
