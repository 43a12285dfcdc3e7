package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.PresenceData;
import dev.boardcast.spi.BoardPart;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Decodes messages of type {@code presence}, and what a user shows of itself. A wrong member is
 * answered by an error that names it, and the session goes on.
 */
final class PresenceReader {
  private static final String DATA = "data";
  private static final String PRESENCE = "presence";
  private static final String OBJECT = "an object of name, color and state";
  private static final int MAX_TOPIC = BoardPart.MAX_NAME;
  private static final String PRESENT = "present";
  private static final List<String> MEMBERS = List.of("name", "color", "state");
  private static final Pattern TEXT = Pattern.compile(PresenceData.TEXT);
  private static final Pattern COLOR = Pattern.compile(PresenceData.COLOR);

  private PresenceReader() {}

  /** A member that is wrong. */
  record Wrong(String field, String expected) {}

  static ClientMessage read(JsonNode message, JsonNode id) {
    JsonNode topic = message.path("topic");
    if (!topic.isTextual()
        || topic.textValue().isEmpty()
        || topic.textValue().length() > MAX_TOPIC) {
      String expected = "a topic of 1 to " + MAX_TOPIC + " characters";
      return new ClientMessage.Invalid("topic", expected, null, id);
    }
    String name = topic.textValue();
    JsonNode present = message.path(PRESENT);
    if (!isAbsent(present) && !present.isBoolean()) {
      return new ClientMessage.Invalid(PRESENT, "true or false", name, id);
    }
    JsonNode data = message.path(DATA);
    Optional<Wrong> wrong = isAbsent(data) ? Optional.empty() : check(DATA, data);
    if (wrong.isPresent()) {
      return new ClientMessage.Invalid(wrong.get().field(), wrong.get().expected(), name, id);
    }
    return new ClientMessage.Presence(
        name, isAbsent(data) ? null : data(data), isAbsent(present) || present.booleanValue(), id);
  }

  /** What is wrong about the member {@code presence} of a requested topic; empty for nothing. */
  static Optional<Wrong> checkOption(JsonNode presence) {
    if (isAbsent(presence) || presence.isBoolean()) return Optional.empty();
    return presence.isObject()
        ? check(PRESENCE, presence)
        : Optional.of(new Wrong(PRESENCE, "true, false, or " + OBJECT));
  }

  /** A member {@code presence} that was checked; null where there is none. */
  static PresenceOption option(JsonNode presence) {
    if (isAbsent(presence)) return null;
    return presence.isBoolean()
        ? new PresenceOption(presence.booleanValue(), PresenceData.NONE)
        : new PresenceOption(true, data(presence));
  }

  /** What is wrong about the data of a user; empty where nothing is. */
  static Optional<Wrong> check(String field, JsonNode data) {
    if (!data.isObject()) {
      return Optional.of(new Wrong(field, OBJECT));
    }
    for (Iterator<String> names = data.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!MEMBERS.contains(name)) {
        String shown = name.substring(0, Math.min(name.length(), 40));
        return Optional.of(new Wrong(field + "." + shown, "one of name, color and state"));
      }
      boolean isColor = name.equals("color");
      JsonNode value = data.path(name);
      Pattern pattern = isColor ? COLOR : TEXT;
      if (isAbsent(value) || (value.isTextual() && pattern.matcher(value.textValue()).matches())) {
        continue;
      }
      String expected = isColor ? PresenceData.COLOR_EXPECTED : PresenceData.TEXT_EXPECTED;
      return Optional.of(new Wrong(field + "." + name, expected));
    }
    return Optional.empty();
  }

  /** Data that was checked. */
  static PresenceData data(JsonNode data) {
    return new PresenceData(
        data.path("name").textValue(),
        data.path("color").textValue(),
        data.path("state").textValue());
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }
}
