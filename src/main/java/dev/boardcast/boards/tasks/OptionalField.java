package dev.boardcast.boards.tasks;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import java.util.Optional;

/** Reads an absent field as Java null, and JSON null as an empty Optional. */
final class OptionalField extends StdDeserializer<Optional<String>> {
  OptionalField() {
    super(Optional.class);
  }

  @Override
  public Optional<String> deserialize(JsonParser in, DeserializationContext context)
      throws IOException {
    return Optional.of(context.readValue(in, String.class));
  }

  @Override
  public Optional<String> getNullValue(DeserializationContext context) {
    return Optional.empty();
  }

  @Override
  public Object getAbsentValue(DeserializationContext context) {
    return null;
  }
}
