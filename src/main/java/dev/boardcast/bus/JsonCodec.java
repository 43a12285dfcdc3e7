package dev.boardcast.bus;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.boardcast.spi.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/** Encodes one message type as length-prefixed JSON. In-process receivers share the message. */
final class JsonCodec<T> extends WireCodec<T> {
  private final Class<T> type;

  /**
   * @param name unique on the event bus
   */
  JsonCodec(String name, Class<T> type) {
    super(name);
    this.type = type;
  }

  @Override
  public void encodeToWire(Buffer wire, T message) {
    try {
      byte[] json = Json.MAPPER.writeValueAsBytes(message);
      wire.appendInt(json.length).appendBytes(json);
    } catch (JsonProcessingException defect) {
      throw new IllegalArgumentException("cannot encode for " + name(), defect);
    }
  }

  @Override
  public T decodeFromWire(int position, Buffer wire) {
    try {
      byte[] json = new WireReader(wire, position).readBytes(Integer.MAX_VALUE);
      return Json.MAPPER.readValue(json, type);
    } catch (IOException | IllegalArgumentException broken) {
      throw new IllegalArgumentException("cannot decode from " + name(), broken);
    }
  }
}
