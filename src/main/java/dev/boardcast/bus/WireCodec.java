package dev.boardcast.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** A codec of immutable messages: receivers of the same process share the message. */
abstract class WireCodec<T> implements MessageCodec<T, T> {
  /** Most bytes of a message: far more than the largest snapshot or batch of events. */
  static final int MAX_BYTES = 16 << 20;

  private final String name;

  /**
   * @param name unique on the event bus
   */
  WireCodec(String name) {
    this.name = name;
  }

  /** Reads a message; throws {@link IllegalArgumentException} when it is malformed. */
  abstract T decode(WireReader in);

  @Override
  public final T decodeFromWire(int position, Buffer wire) {
    try {
      return decode(new WireReader(wire, position));
    } catch (RejectedMessageException rejected) {
      throw rejected;
    } catch (IllegalArgumentException malformed) {
      throw new RejectedMessageException(
          Rejection.CODEC, "cannot decode from " + name + ": " + malformed.getMessage(), malformed);
    }
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
