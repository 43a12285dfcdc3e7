package dev.boardcast.boards.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Problem.FieldError;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks facts of a declared board against its columns. Thread safe. */
final class FactCheck {
  private static final int MAX_TEXT = 1000;
  private static final int MAX_EVENT_ID = 200;
  private static final int MAX_DIGITS = 30;
  private static final int MAX_UNKNOWN = 10; // fields that are named
  // Clocks of clients may be ahead.
  private static final Duration AHEAD = Duration.ofDays(1);

  private final Declaration file;
  private final Clock clock;

  FactCheck(Declaration file, Clock clock) {
    this.file = file;
    this.clock = clock;
  }

  /** A 400 that names each wrong field; empty for a valid fact. */
  Optional<Problem> problem(FactFields fact) {
    List<FieldError> errors = new ArrayList<>();
    for (String name : fact.names()) {
      if (errors.size() == MAX_UNKNOWN) break;
      if (!file.columns().containsKey(name) && !name.equals(FactFields.EVENT_ID)) {
        errors.add(
            new FieldError(
                name,
                "no such field, but "
                    + String.join(", ", file.columns().keySet())
                    + " or "
                    + FactFields.EVENT_ID));
      }
    }
    JsonNode eventId = fact.get(FactFields.EVENT_ID);
    boolean isValidId =
        eventId == null || (isText(eventId, MAX_EVENT_ID) && !eventId.textValue().isEmpty());
    if (!isValidId) errors.add(new FieldError(FactFields.EVENT_ID, FieldRules.EVENT_ID_TEXT));
    file.columns()
        .forEach(
            (name, column) -> {
              JsonNode value = fact.get(name);
              boolean isValid =
                  value == null
                      ? !column.isRequired() || name.equals(file.time())
                      : isValid(name, column, value);
              if (!isValid) errors.add(new FieldError(name, expected(name, column)));
            });
    return errors.isEmpty() ? Optional.empty() : Optional.of(Problem.invalid(errors));
  }

  private boolean isValid(String name, FactColumn column, JsonNode value) {
    return switch (column.type()) {
      case TEXT ->
          isText(value, MAX_TEXT)
              && (column.values().isEmpty() || column.values().contains(value.textValue()));
      case INTEGER ->
          value.isIntegralNumber()
              && value.canConvertToLong()
              && isWithin(column, value.decimalValue());
      case DECIMAL -> value.isNumber() && isExact(value) && isWithin(column, value.decimalValue());
      case BOOLEAN -> value.isBoolean();
      case TIME -> isTime(name, value);
    };
  }

  private static boolean isText(JsonNode value, int longest) {
    return value.isTextual()
        && value.textValue().length() <= longest
        && FactFields.read(value, String.class) != null;
  }

  private static boolean isExact(JsonNode value) {
    BigDecimal number = value.decimalValue();
    return number.scale() <= MAX_DIGITS
        && number.scale() >= -MAX_DIGITS
        && number.precision() - number.scale() <= MAX_DIGITS;
  }

  private static boolean isWithin(FactColumn column, BigDecimal number) {
    return (column.min() == null || number.compareTo(column.min()) >= 0)
        && (column.max() == null || number.compareTo(column.max()) <= 0);
  }

  private boolean isTime(String name, JsonNode value) {
    Instant time = value.isTextual() ? FactFields.read(value, Instant.class) : null;
    if (time == null) return false;
    return !name.equals(file.time()) || !time.isAfter(clock.instant().plus(AHEAD));
  }

  private String expected(String name, FactColumn column) {
    String optional = column.isRequired() ? "" : ", or none";
    return switch (column.type()) {
      case TEXT ->
          (column.values().isEmpty()
                  ? "a string of at most " + MAX_TEXT + " characters"
                  : "one of " + String.join(", ", column.values()))
              + optional;
      case INTEGER -> "a whole number" + bounds(column) + optional;
      case DECIMAL ->
          "a number%s with at most %2$d digits before and %2$d after the point"
                  .formatted(bounds(column), MAX_DIGITS)
              + optional;
      case BOOLEAN -> "true or false" + optional;
      case TIME ->
          name.equals(file.time())
              ? FieldRules.TIME_TEXT + ", " + FieldRules.PAST_TEXT + ", or none for now"
              : FieldRules.TIME_TEXT + optional;
    };
  }

  private static String bounds(FactColumn column) {
    String from = column.min() == null ? "" : " from " + column.min().toPlainString();
    String to = column.max() == null ? "" : " to " + column.max().toPlainString();
    return from + to;
  }
}
