package dev.boardcast.bus;

import io.vertx.core.buffer.Buffer;

/** Encodes one message type as length-prefixed JSON. In-process receivers share the message. */
final class JsonCodec<T> extends WireCodec<T> {
  private final JsonMessage<T> json;

  /**
   * @param name unique on the event bus
   */
  JsonCodec(String name, Class<T> type) {
    super(name);
    this.json = new JsonMessage<>(type);
  }

  @Override
  public void encodeToWire(Buffer wire, T message) {
    byte[] bytes = JsonMessage.write(message);
    wire.appendInt(bytes.length).appendBytes(bytes);
  }

  @Override
  T decode(WireReader in) {
    return json.read(in.readBytes(MAX_BYTES));
  }
}
