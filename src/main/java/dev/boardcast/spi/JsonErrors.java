package dev.boardcast.spi;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.boardcast.spi.Problem.FieldError;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Says in our own words why JSON could not be read: the field, and what was expected there. */
final class JsonErrors {
  private static final Pattern REPEATED = Pattern.compile("Duplicate field '(.*)'", Pattern.DOTALL);
  private static final int MAX_NAME = 100;
  private static final String BODY = "body";

  private JsonErrors() {}

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
    if (failure instanceof JsonMappingException mapping) return ofMapping(mapping);
    if (failure instanceof JacksonException syntax) return ofSyntax(syntax);
    return new FieldError(BODY, "valid JSON in UTF-8");
  }

  private static FieldError ofMapping(JsonMappingException mapping) {
    Throwable cause = mapping.getCause();
    if (cause instanceof RefusedText reason) {
      return new FieldError(path(mapping), reason.getMessage());
    }
    if (cause instanceof InputCoercionException number) {
      return new FieldError(path(mapping), expected(number.getTargetType()));
    }
    if (cause instanceof JacksonException syntax) return ofSyntax(syntax);
    if (cause instanceof NumberFormatException || cause instanceof ArithmeticException) {
      return new FieldError(path(mapping), "a number of an ordinary size");
    }
    if (cause instanceof IllegalArgumentException reason && isOurs(reason)) {
      return new FieldError(path(mapping), String.valueOf(reason.getMessage()));
    }
    return new FieldError(path(mapping), "another value");
  }

  /** Whether code of ours, or of a board, has made the exception, and not a library. */
  private static boolean isOurs(Throwable thrown) {
    StackTraceElement[] stack = thrown.getStackTrace();
    return stack.length > 0
        && !stack[0].getClassName().matches("(java|javax|com\\.fasterxml)\\..*");
  }

  private static FieldError ofSyntax(JacksonException syntax) {
    String reason = String.valueOf(syntax.getOriginalMessage());
    if (syntax instanceof StreamConstraintsException) {
      return new FieldError(
          BODY,
          reason.contains("depth")
              ? "JSON nested at most " + Json.MAX_DEPTH + " deep"
              : reason.contains("umber")
                  ? "a number of an ordinary size"
                  : "JSON with names and texts of an ordinary length");
    }
    var repeated = REPEATED.matcher(reason);
    if (repeated.matches()) {
      String name = repeated.group(1);
      return new FieldError(
          name.length() > MAX_NAME ? name.substring(0, MAX_NAME) + "…" : name, "only once");
    }
    String expected = "valid JSON in UTF-8";
    if (syntax instanceof JsonEOFException)
      return new FieldError(BODY, expected + "; it ends early");
    var at = syntax.getLocation();
    return new FieldError(
        BODY,
        at == null || at.getLineNr() < 1
            ? expected
            : expected + "; see line " + at.getLineNr() + ", column " + at.getColumnNr());
  }

  private static String path(JsonMappingException failure) {
    String path =
        failure.getPath().stream()
            .map(
                step ->
                    step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
            .collect(Collectors.joining("."))
            .replace(".[", "[");
    return path.isEmpty() ? BODY : path;
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
