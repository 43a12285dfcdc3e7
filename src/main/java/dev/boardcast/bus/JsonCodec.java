package dev.boardcast.bus;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.boardcast.spi.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.io.IOException;

/** Encodes one message type as length-prefixed JSON. Local receivers share the message. */
final class JsonCodec<T> implements MessageCodec<T, T> {
  private final Address<T> address;

  JsonCodec(Address<T> address) {
    this.address = address;
  }

  @Override
  public void encodeToWire(Buffer wire, T message) {
    try {
      byte[] json = Json.MAPPER.writeValueAsBytes(message);
      wire.appendInt(json.length).appendBytes(json);
    } catch (JsonProcessingException defect) {
      throw new IllegalArgumentException("cannot encode for " + address.name(), defect);
    }
  }

  @Override
  public T decodeFromWire(int position, Buffer wire) {
    int length = wire.getInt(position);
    try {
      return Json.MAPPER.readValue(
          wire.getBytes(position + 4, position + 4 + length), address.type());
    } catch (IOException broken) {
      throw new IllegalArgumentException("cannot decode from " + address.name(), broken);
    }
  }

  @Override
  public T transform(T message) {
    return message;
  }

  @Override
  public String name() {
    return address.codec();
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
