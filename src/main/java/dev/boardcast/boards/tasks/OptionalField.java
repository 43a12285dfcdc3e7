package dev.boardcast.boards.tasks;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import java.util.Optional;

/** Reads an absent field as Java null, and JSON null as an empty Optional. */
final class OptionalField extends StdDeserializer<Optional<?>> implements ContextualDeserializer {
  private final transient JsonDeserializer<?> content;

  OptionalField() {
    this(null);
  }

  private OptionalField(JsonDeserializer<?> content) {
    super(Optional.class);
    this.content = content;
  }

  @Override
  public JsonDeserializer<?> createContextual(DeserializationContext context, BeanProperty property)
      throws JsonMappingException {
    JavaType type = context.getContextualType().containedType(0);
    return new OptionalField(context.findContextualValueDeserializer(type, property));
  }

  @Override
  public Optional<?> deserialize(JsonParser in, DeserializationContext context) throws IOException {
    return Optional.of(content.deserialize(in, context));
  }

  @Override
  public Optional<?> getNullValue(DeserializationContext context) {
    return Optional.empty();
  }

  @Override
  public Object getAbsentValue(DeserializationContext context) {
    return null;
  }
}
