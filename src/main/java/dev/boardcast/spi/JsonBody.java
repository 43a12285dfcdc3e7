package dev.boardcast.spi;

import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.boardcast.spi.Problem.FieldError;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.MessageInterpolator;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

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
  private static final String BODY = "boardcast.json-body";
  private static final String JSON = "application/json";
  private static final Set<String> NDJSON =
      Set.of("application/x-ndjson", "application/ndjson", "application/jsonl");
  private static final Pattern WIDE =
      Pattern.compile(";\\s*charset\\s*=\\s*\"?(?:utf-?(?:16|32)|ucs-)");
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
    Buffer body = buffer(context);
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
    byte[] json = bytes(context);
    JsonEncoding.require(json);
    return json;
  }

  /** 400 for a body that is not JSON, naming the place. */
  public static Problem notReadable(IOException failure) {
    return Problem.invalid(List.of(JsonErrors.explain(failure)));
  }

  private static <T> T parse(byte[] json, ObjectReader reader) {
    if (json.length == 0) throw Problem.invalid("body", "a JSON value, but it is empty");
    JsonEncoding.require(json);
    try {
      return reader.readValue(json);
    } catch (IOException notReadable) {
      throw Problem.invalid(List.of(JsonErrors.explain(notReadable)));
    }
  }

  private static void requireJson(RoutingContext context) {
    var type = mediaType(context);
    if (type.isPresent() && !type.get().equals(JSON)) {
      throw Problem.of(415, "Unsupported media type", "expected content type " + JSON);
    }
    String header = context.request().getHeader("Content-Type");
    // RFC 8259 knows no such parameter: others than these do not matter.
    if (header != null && WIDE.matcher(header.toLowerCase(Locale.ROOT)).find()) {
      throw Problem.of(415, "Unsupported media type", "expected " + JSON + " in UTF-8");
    }
  }

  /** Whether the content type of a request is one of those that NDJSON has. */
  static boolean isNdjson(RoutingContext context) {
    return mediaType(context).filter(NDJSON::contains).isPresent();
  }

  /** The content type of a request in lower case, without parameters such as a charset. */
  public static Optional<String> mediaType(RoutingContext context) {
    return Optional.ofNullable(context.request().getHeader("Content-Type"))
        .map(type -> type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT));
  }

  /** Whether the body of a request other than NDJSON starts as a JSON array. */
  static boolean isArray(RoutingContext context) {
    Buffer body = buffer(context);
    if (body == null) return false;
    byte[] start = body.getBytes(0, Math.min(body.length(), MAX_BLANKS));
    for (int i = JsonEncoding.byteOrderMark(start); i < start.length; i++) {
      byte b = start[i];
      if (b == ' ' || b == '\t' || b == '\r' || b == '\n') continue;
      return b == '[';
    }
    return false;
  }

  /** The size of the body of a request other than NDJSON, decompressed. */
  public static int length(RoutingContext context) {
    Buffer body = buffer(context);
    return body == null ? 0 : body.length();
  }

  /** Puts the decompressed body of a request in the place of the one read; called by the node. */
  public static void replace(RoutingContext context, Buffer body) {
    context.put(BODY, body);
  }

  /** The body of a request other than NDJSON, decompressed; empty without one. */
  public static byte[] bytes(RoutingContext context) {
    Buffer body = buffer(context);
    return body == null ? new byte[0] : body.getBytes();
  }

  private static Buffer buffer(RoutingContext context) {
    Buffer replaced = context.get(BODY);
    return replaced == null ? context.body().buffer() : replaced;
  }

  private static FieldError error(ConstraintViolation<?> violation) {
    // An element is named by its place alone.
    String path = violation.getPropertyPath().toString().replace(".<list element>", "");
    return new FieldError(NAMES.translate(path), violation.getMessage());
  }
}
