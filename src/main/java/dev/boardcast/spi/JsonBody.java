package dev.boardcast.spi;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.boardcast.spi.Problem.FieldError;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.MessageInterpolator;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Reads JSON into records and validates them: types by {@link Json#MAPPER}, bounds by the record's
 * Jakarta Validation annotations, whose {@code message} says what is expected. Thread safe.
 */
public final class JsonBody {
  private static final Validator VALIDATOR =
      Validation.byDefaultProvider()
          .configure()
          // For @PastOrPresent: the clocks of clients may be ahead of ours.
          .clockProvider(() -> Clock.offset(Clock.systemUTC(), Duration.ofDays(1)))
          .messageInterpolator(new LiteralMessages())
          .buildValidatorFactory()
          .getValidator();
  // An array begins within these.
  private static final int MAX_BLANKS = 4_096;
  private static final String LIMIT = "boardcast.json-limit";
  private static final PropertyNamingStrategies.SnakeCaseStrategy NAMES =
      new PropertyNamingStrategies.SnakeCaseStrategy();

  private JsonBody() {}

  /**
   * Messages of constraints are used as they are. The default message of a constraint is a key in
   * braces; it becomes the name of the constraint.
   */
  private static final class LiteralMessages implements MessageInterpolator {
    @Override
    public String interpolate(String message, Context context) {
      if (!message.startsWith("{")) return message;
      var constraint = context.getConstraintDescriptor().getAnnotation().annotationType();
      return "a value that is " + constraint.getSimpleName();
    }

    @Override
    public String interpolate(String message, Context context, Locale locale) {
      return interpolate(message, context);
    }
  }

  /**
   * Reads the body of a request other than NDJSON.
   *
   * @throws Problem 400 naming each wrong field, 413 when the value is larger than one line of
   *     NDJSON may be, 415 when its content type is not JSON
   */
  public static <T> T read(RoutingContext context, Class<T> type) {
    requireJson(context);
    return decode(bounded(context), type);
  }

  /**
   * Reads one JSON value from its text.
   *
   * @throws Problem 400 naming each wrong field
   */
  public static <T> T decode(byte[] json, Class<T> type) {
    return check(parse(json, Json.MAPPER.readerFor(type)));
  }

  private static <T> T check(T value) {
    if (value == null) throw Problem.invalid("body", "a JSON object, not null");
    var violations = VALIDATOR.validate(value);
    if (violations.isEmpty()) return value;
    throw Problem.invalid(
        violations.stream()
            .map(JsonBody::error)
            // Several constraints of a field share one message.
            .distinct()
            .sorted(Comparator.comparing(FieldError::field))
            .toList());
  }

  /**
   * Limits the value that {@link #read} takes from the request, because it is parsed in one go on
   * the event loop; called by the node.
   */
  public static void limit(RoutingContext context, int maxBytes) {
    context.put(LIMIT, maxBytes);
  }

  private static byte[] bounded(RoutingContext context) {
    Integer limit = context.get(LIMIT);
    Buffer body = context.body().buffer();
    if (limit != null && body != null && body.length() > limit) {
      throw Problem.of(
          413,
          "Too large",
          "a JSON value has at most "
              + limit
              + " bytes (http-max-line); several values go into an array or NDJSON");
    }
    return bytes(context);
  }

  /**
   * The body of a request other than NDJSON, not parsed.
   *
   * @throws Problem 415 when its content type is not JSON
   */
  public static byte[] text(RoutingContext context) {
    requireJson(context);
    return bytes(context);
  }

  /** 400 for a body that is not JSON, naming the place. */
  public static Problem notReadable(IOException failure) {
    return Problem.invalid(List.of(explain(failure)));
  }

  private static <T> T parse(byte[] json, ObjectReader reader) {
    if (json.length == 0) throw Problem.invalid("body", "a JSON value, but it is empty");
    try {
      return reader.readValue(json);
    } catch (IOException notReadable) {
      throw Problem.invalid(List.of(explain(notReadable)));
    }
  }

  private static void requireJson(RoutingContext context) {
    var type = mediaType(context);
    if (type.isPresent() && !type.get().equals("application/json")) {
      throw Problem.of(415, "Unsupported media type", "expected content type application/json");
    }
  }

  /** The content type of a request in lower case, without parameters such as a charset. */
  public static Optional<String> mediaType(RoutingContext context) {
    return Optional.ofNullable(context.request().getHeader("Content-Type"))
        .map(type -> type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT));
  }

  /** Whether the body of a request other than NDJSON starts as a JSON array. */
  static boolean isArray(RoutingContext context) {
    Buffer body = context.body().buffer();
    int most = body == null ? 0 : Math.min(body.length(), MAX_BLANKS);
    for (int i = 0; i < most; i++) {
      byte b = body.getByte(i);
      if (b == ' ' || b == '\t' || b == '\r' || b == '\n') continue;
      return b == '[';
    }
    return false;
  }

  private static byte[] bytes(RoutingContext context) {
    Buffer body = context.body().buffer();
    return body == null ? new byte[0] : body.getBytes();
  }

  private static FieldError error(ConstraintViolation<?> violation) {
    return new FieldError(
        NAMES.translate(violation.getPropertyPath().toString()), violation.getMessage());
  }

  /** The field at which reading failed, and what was expected there. */
  static FieldError explain(IOException failure) {
    if (failure instanceof UnrecognizedPropertyException unknown) {
      String known =
          unknown.getKnownPropertyIds().stream()
              .map(Object::toString)
              .sorted()
              .collect(Collectors.joining(", "));
      return new FieldError(path(unknown), "no such field, but one of " + known);
    }
    if (failure instanceof MismatchedInputException mismatch) {
      return new FieldError(path(mismatch), expected(mismatch.getTargetType()));
    }
    if (failure instanceof JsonMappingException mapping
        && mapping.getCause() instanceof NumberFormatException) {
      return new FieldError(path(mapping), "a number of an ordinary size");
    }
    if (failure instanceof JsonMappingException mapping
        && mapping.getCause() instanceof IllegalArgumentException reason) {
      return new FieldError(path(mapping), String.valueOf(reason.getMessage()));
    }
    if (failure instanceof JacksonException syntax) {
      return new FieldError("body", "valid JSON in UTF-8: " + where(syntax));
    }
    return new FieldError("body", "valid JSON in UTF-8");
  }

  private static String where(JacksonException syntax) {
    String reason = syntax.getOriginalMessage();
    int end = reason.indexOf('\n');
    // Without Jackson's hints on how to configure its reader.
    String first =
        (end < 0 ? reason : reason.substring(0, end)).replaceAll(": enable .*|, from `[^`]*`", "");
    String shown = first.length() > 160 ? first.substring(0, 160) + "…" : first;
    var at = syntax.getLocation();
    return at == null ? shown : shown + " (column " + at.getColumnNr() + ")";
  }

  private static String path(JsonMappingException failure) {
    String path =
        failure.getPath().stream()
            .map(
                step ->
                    step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
            .collect(Collectors.joining("."))
            .replace(".[", "[");
    return path.isEmpty() ? "body" : path;
  }

  private static String expected(Class<?> type) {
    if (type == null) return "another type";
    if (type == String.class) return "a string";
    if (type == Instant.class) return "an ISO 8601 time such as 2026-01-31T12:00:00.000Z";
    if (type == UUID.class) return "a UUID";
    if (type == boolean.class || type == Boolean.class) return "true or false";
    if (type == BigDecimal.class || type == double.class || type == Double.class) return "a number";
    if (type == int.class
        || type == Integer.class
        || type == long.class
        || type == Long.class
        || type == BigInteger.class) {
      return "a whole number";
    }
    if (type.isEnum()) {
      return "one of "
          + Arrays.stream(type.getEnumConstants())
              .map(constant -> Json.MAPPER.convertValue(constant, String.class))
              .collect(Collectors.joining(", "));
    }
    if (Collection.class.isAssignableFrom(type) || type.isArray()) return "an array";
    if (type.isRecord() || Map.class.isAssignableFrom(type)) return "a JSON object";
    return "another type";
  }
}
