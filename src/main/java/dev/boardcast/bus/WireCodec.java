package dev.boardcast.bus;

import io.vertx.core.eventbus.MessageCodec;

/** A codec of immutable messages: receivers of the same process share the message. */
abstract class WireCodec<T> implements MessageCodec<T, T> {
  private final String name;

  /**
   * @param name unique on the event bus
   */
  WireCodec(String name) {
    this.name = name;
  }

  @Override
  public final T transform(T message) {
    return message;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final byte systemCodecID() {
    return -1;
  }
}
