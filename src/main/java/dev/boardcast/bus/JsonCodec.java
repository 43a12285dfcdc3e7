package dev.boardcast.bus;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.boardcast.spi.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.io.IOException;

/** Encodes one message type as length-prefixed JSON. In-process receivers share the message. */
final class JsonCodec<T> implements MessageCodec<T, T> {
  private final String name;
  private final Class<T> type;

  /**
   * @param name unique on the event bus
   */
  JsonCodec(String name, Class<T> type) {
    this.name = name;
    this.type = type;
  }

  @Override
  public void encodeToWire(Buffer wire, T message) {
    try {
      byte[] json = Json.MAPPER.writeValueAsBytes(message);
      wire.appendInt(json.length).appendBytes(json);
    } catch (JsonProcessingException defect) {
      throw new IllegalArgumentException("cannot encode for " + name, defect);
    }
  }

  @Override
  public T decodeFromWire(int position, Buffer wire) {
    try {
      byte[] json = new WireReader(wire, position).readBytes(Integer.MAX_VALUE);
      return Json.MAPPER.readValue(json, type);
    } catch (IOException | IllegalArgumentException broken) {
      throw new IllegalArgumentException("cannot decode from " + name, broken);
    }
  }

  @Override
  public T transform(T message) {
    return message;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
