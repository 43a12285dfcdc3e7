package dev.boardcast.spi;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A JSON value kept as text: it is written into an outer message without parsing, and read from one
 * without building a tree. Immutable.
 */
@JsonSerialize(using = RawJson.Writer.class)
@JsonDeserialize(using = RawJson.Reader.class)
public final class RawJson {
  private final String text;

  private RawJson(String text) {
    this.text = text;
  }

  /** Wraps the text of one JSON value, which is not checked. */
  public static RawJson of(String json) {
    return new RawJson(Objects.requireNonNull(json, "json"));
  }

  /** Encodes a value with {@link Json#MAPPER}. */
  public static RawJson encode(Object value) {
    return new RawJson(Json.encode(value));
  }

  /** The JSON text. */
  public String text() {
    return text;
  }

  /** The JSON text in UTF-8. */
  public byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RawJson that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }

  static final class Writer extends StdSerializer<RawJson> {
    Writer() {
      super(RawJson.class);
    }

    @Override
    public void serialize(RawJson value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeRawValue(new SerializedString(value.text));
    }
  }

  static final class Reader extends StdDeserializer<RawJson> {
    Reader() {
      super(RawJson.class);
    }

    @Override
    public RawJson deserialize(JsonParser in, DeserializationContext context) throws IOException {
      int start = (int) in.currentTokenLocation().getByteOffset();
      if (in.currentLocation().contentReference().getRawContent() instanceof byte[] source
          && in.currentToken().isStructStart()) {
        in.skipChildren();
        int end = (int) in.currentLocation().getByteOffset();
        String text = text(in, ByteBuffer.wrap(source, start, end - start));
        // Only escapes make characters that UTF-8 does not have.
        if (text.contains("\\u")) requireStorable(in, text);
        return new RawJson(text);
      }
      return new RawJson(context.readTree(in).toString());
    }

    /** Checks names and texts: skipped ones were not read. */
    private static void requireStorable(JsonParser outer, String json) throws IOException {
      try (JsonParser in = Json.MAPPER.createParser(json)) {
        for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
          boolean isText = token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING;
          if (isText && !RefusedText.isStorable(in.getText())) {
            throw JsonMappingException.from(outer, "not text", new RefusedText());
          }
        }
      }
    }

    /** Checks the encoding, which the parser does not do for skipped text. */
    private static String text(JsonParser in, ByteBuffer bytes) throws IOException {
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      } catch (CharacterCodingException notUtf8) {
        throw JsonMappingException.from(
            in, "not UTF-8", new IllegalArgumentException("valid JSON in UTF-8"));
      }
    }
  }
}
