package dev.boardcast.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.function.Consumer;

/**
 * Sends and receives typed messages on the Vert.x event bus: the codec is chosen by name, the type
 * is checked by the compiler. Addresses and codecs begin with the application's name and a dot, so
 * that several applications can share one bus. Thread safe; handlers run on the context that
 * subscribed.
 */
public final class TypedBus {
  private final Vertx vertx;
  private final String prefix;

  /** The bus of an application with the default name. */
  public TypedBus(Vertx vertx) {
    this(vertx, "boardcast");
  }

  /**
   * @param application the same on every node of the application
   */
  public TypedBus(Vertx vertx, String application) {
    this.vertx = vertx;
    this.prefix = application + ".";
    Addresses.ALL.forEach(this::register);
  }

  /** Sends to every subscriber on every node, at most once. */
  public <T> void publish(Address<T> address, T message) {
    vertx
        .eventBus()
        .publish(
            prefix + address.name(), message, new DeliveryOptions().setCodecName(codec(address)));
  }

  /**
   * Subscribes a handler to an address.
   *
   * @return the consumer, to unregister by; completes when the whole cluster knows of the
   *     subscription
   */
  public <T> Future<MessageConsumer<T>> subscribe(Address<T> address, Consumer<T> handler) {
    MessageConsumer<T> consumer =
        vertx
            .eventBus()
            .consumer(prefix + address.name(), message -> handler.accept(message.body()));
    return consumer.completion().map(consumer);
  }

  private <T> void register(Address<T> address) {
    try {
      vertx.eventBus().registerCodec(newCodec(address));
    } catch (IllegalStateException alreadyRegistered) {
      // By another bus of the same application on this Vert.x: the codec is the same.
    }
  }

  private <T> MessageCodec<?, ?> newCodec(Address<T> address) {
    String name = codec(address);
    return address.equals(Addresses.EVENTS)
        ? new EventBatchCodec(name)
        : new JsonCodec<>(name, address.type());
  }

  private String codec(Address<?> address) {
    return prefix + address.name() + (address.equals(Addresses.EVENTS) ? ".binary" : ".json");
  }
}
