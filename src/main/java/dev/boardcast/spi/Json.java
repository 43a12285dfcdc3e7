package dev.boardcast.spi;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/**
 * Boardcast's own JSON mapper. Vert.x's JVM-wide mapper is not used and not changed.
 *
 * <p>Property names are snake_case, times are ISO 8601 UTC with milliseconds, numbers with a
 * fraction are exact decimals. Reading is strict: unknown and repeated fields, coercions, nulls for
 * primitives and trailing text are errors. Strings must be storable in PostgreSQL.
 */
public final class Json {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  static final int MAX_DEPTH = 64;

  /** Thread safe. Must not be reconfigured. */
  public static final ObjectMapper MAPPER = mapper();

  private Json() {}

  /** A time as ISO 8601 UTC with milliseconds. */
  public static String time(Instant instant) {
    return MILLIS.format(instant);
  }

  /**
   * The value as JSON text.
   *
   * @throws IllegalArgumentException when the type cannot be written, which is a defect
   */
  public static String encode(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException defect) {
      throw new IllegalArgumentException("not writable as JSON: " + value.getClass(), defect);
    }
  }

  private static ObjectMapper mapper() {
    var times = new SimpleModule("boardcast");
    times.addSerializer(Instant.class, new InstantWriter());
    times.addDeserializer(Instant.class, new InstantReader());
    times.addDeserializer(String.class, new TextReader());
    var mapper =
        JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .addModule(times)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            // Blank text is a value, and wrong where something else belongs.
            .withCoercionConfigDefaults(
                any ->
                    any.setAcceptBlankAsEmpty(false)
                        .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
            .withCoercionConfig(
                LogicalType.Textual,
                text ->
                    text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)
            .build();
    mapper
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxNumberLength(100)
                .build());
    return mapper;
  }

  private static final class InstantWriter extends StdSerializer<Instant> {
    InstantWriter() {
      super(Instant.class);
    }

    @Override
    public void serialize(Instant value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(time(value));
    }
  }

  /** Rejects text that PostgreSQL cannot store: with NUL, or with half of a surrogate pair. */
  private static final class TextReader extends StringDeserializer {
    @Override
    public String deserialize(JsonParser in, DeserializationContext context) throws IOException {
      String text = super.deserialize(in, context);
      if (text == null || RefusedText.isStorable(text)) return text;
      throw JsonMappingException.from(in, "not text", new RefusedText());
    }
  }

  /** Accepts ISO 8601 text with an offset; numbers and local times would be ambiguous. */
  private static final class InstantReader extends StdDeserializer<Instant> {
    private static final Instant FIRST = Instant.parse("1900-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("2200-01-01T00:00:00Z");
    private static final Pattern LOCAL_TIME =
        Pattern.compile("\\d{4}-\\d\\d-\\d\\d([T ][\\d:.]+)?");
    private static final Pattern SHORT_OFFSET = Pattern.compile(".*T.*[+-]\\d\\d(\\d\\d)?");

    InstantReader() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
      if (!in.hasToken(JsonToken.VALUE_STRING)) {
        return (Instant) context.handleUnexpectedToken(Instant.class, in);
      }
      String text = in.getText();
      try {
        Instant time = OffsetDateTime.parse(text).toInstant();
        if (!time.isBefore(FIRST) && time.isBefore(LAST)) return time;
        throw refused(in, "an ISO 8601 time from 1900 to 2199");
      } catch (DateTimeException notATime) {
        if (SHORT_OFFSET.matcher(text).matches()) {
          throw refused(in, "an ISO 8601 time whose offset has a colon, such as +01:00");
        }
        if (LOCAL_TIME.matcher(text).matches()) {
          throw refused(
              in,
              "an ISO 8601 time with its offset, such as 2026-01-31T12:00:00Z or"
                  + " 2026-01-31T12:00:00+01:00");
        }
        return (Instant) context.handleWeirdStringValue(Instant.class, text, "not a time");
      }
    }

    private static JsonMappingException refused(JsonParser in, String expected) {
      return JsonMappingException.from(in, "not a time", new IllegalArgumentException(expected));
    }
  }
}
