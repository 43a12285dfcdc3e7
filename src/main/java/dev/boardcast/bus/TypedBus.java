package dev.boardcast.bus;

import dev.boardcast.bus.security.MessageSigner;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Clock;
import java.util.function.Consumer;

/**
 * Sends and receives typed messages on the Vert.x event bus: the codec is chosen by name, the type
 * is checked by the compiler. Addresses and codecs begin with the application's name and a dot, so
 * that several applications can share one bus. Thread safe; handlers run on the context that
 * subscribed.
 *
 * <p>A message of another node that is malformed, of another type, or without the signature that
 * its address requires, is dropped and counted; handlers never see it.
 */
public final class TypedBus {
  private final Vertx vertx;
  private final String prefix;
  private final SignedMessages signatures;
  private final RejectedMessages rejected = new RejectedMessages();

  /** The bus of an application with the default name. */
  public TypedBus(Vertx vertx) {
    this(vertx, "boardcast");
  }

  /** The bus of a cluster without a secret. */
  public TypedBus(Vertx vertx, String application) {
    this(vertx, application, MessageSigner.none());
  }

  /**
   * @param application the same on every node of the application
   * @param signer of orders and beacons
   */
  public TypedBus(Vertx vertx, String application, MessageSigner signer) {
    this.vertx = vertx;
    this.prefix = application + ".";
    this.signatures = new SignedMessages(signer, Clock.systemUTC());
    Addresses.ALL.forEach(this::register);
  }

  /** Counts what this bus dropped. */
  public RejectedMessages rejected() {
    return rejected;
  }

  /** Sends to every subscriber on every node, at most once. */
  public <T> void publish(Address<T> address, T message) {
    String name = prefix + address.name();
    Object sent = address.isSigned() ? signatures.sign(name, JsonMessage.write(message)) : message;
    vertx.eventBus().publish(name, sent, new DeliveryOptions().setCodecName(codec(address)));
  }

  /**
   * Sends to one node, at most once.
   *
   * @param address not signed
   * @param node that has subscribed by {@link #subscribeAs}
   */
  public <T> void send(Address<T> address, String node, T message) {
    vertx
        .eventBus()
        .send(
            prefix + address.name() + "." + node,
            message,
            new DeliveryOptions().setCodecName(codec(address)));
  }

  /** As {@link #subscribe}, for what is sent to one node. */
  public <T> Future<MessageConsumer<T>> subscribeAs(
      Address<T> address, String node, Consumer<T> handler) {
    return subscribe(address, prefix + address.name() + "." + node, handler);
  }

  /**
   * Subscribes a handler to an address.
   *
   * @return the consumer, to unregister by; completes when the whole cluster knows of the
   *     subscription
   */
  public <T> Future<MessageConsumer<T>> subscribe(Address<T> address, Consumer<T> handler) {
    return subscribe(address, prefix + address.name(), handler);
  }

  private <T> Future<MessageConsumer<T>> subscribe(
      Address<T> address, String name, Consumer<T> handler) {
    var reader = new Reader<>(address, name);
    MessageConsumer<T> consumer =
        vertx
            .eventBus()
            .consumer(
                name,
                message -> {
                  T body;
                  try {
                    body = reader.read(message);
                  } catch (RejectedMessageException unusable) {
                    rejected.add(unusable.reason(), name, unusable);
                    return;
                  } catch (RuntimeException malformed) {
                    rejected.add(Rejection.CODEC, name, malformed);
                    return;
                  }
                  handler.accept(body);
                });
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
    if (address.isSigned()) return new SignedCodec(name);
    return address.equals(Addresses.EVENTS)
        ? new EventBatchCodec(name)
        : new JsonCodec<>(name, address.type());
  }

  private String codec(Address<?> address) {
    String format =
        address.isSigned() ? ".signed" : address.equals(Addresses.EVENTS) ? ".binary" : ".json";
    return prefix + address.name() + format;
  }

  /** Reads the messages of one subscription. */
  private final class Reader<T> {
    private final Address<T> address;
    private final String name;
    private final JsonMessage<T> json;
    private final ReplayWindow window = signatures.window();

    Reader(Address<T> address, String name) {
      this.address = address;
      this.name = name;
      this.json = new JsonMessage<>(address.type());
    }

    T read(Message<?> message) {
      Object body = message.body();
      if (address.isSigned() && body instanceof SignedMessage signed) {
        return json.read(signatures.verified(name, signed, window));
      }
      if (address.isSigned() || !address.type().isInstance(body)) {
        throw new RejectedMessageException(
            Rejection.ADDRESS,
            "a %s is expected, not %s"
                .formatted(
                    address.type().getSimpleName(),
                    body == null ? "nothing" : body.getClass().getSimpleName()));
      }
      return address.type().cast(body);
    }
  }
}
