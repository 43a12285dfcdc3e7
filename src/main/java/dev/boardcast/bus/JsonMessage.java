package dev.boardcast.bus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import dev.boardcast.spi.Json;
import java.io.IOException;

/** Writes and reads messages of one type as JSON. Thread safe. */
final class JsonMessage<T> {
  private final Class<T> type;
  private final RequiredFields required;

  JsonMessage(Class<T> type) {
    this.type = type;
    this.required = new RequiredFields(type);
  }

  static byte[] write(Object message) {
    try {
      return Json.MAPPER.writeValueAsBytes(message);
    } catch (JsonProcessingException defect) {
      throw new IllegalArgumentException("cannot encode " + message.getClass(), defect);
    }
  }

  /** Throws {@link RejectedMessageException} for what is no such message. */
  T read(byte[] json) {
    try {
      T message = Json.MAPPER.readValue(json, type);
      if (message == null) throw new RejectedMessageException(Rejection.SCHEMA, "no message");
      required.check(message);
      return message;
    } catch (StreamReadException broken) {
      throw new RejectedMessageException(Rejection.CODEC, "not JSON", broken);
    } catch (IOException other) {
      throw new RejectedMessageException(Rejection.SCHEMA, "not a " + type.getSimpleName(), other);
    }
  }
}
