package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.engine.ComparedWith;
import java.util.ArrayList;
import java.util.Optional;

/** Decodes the options in a requested topic; members that it does not know are ignored. */
final class SubscribeOptionsReader {
  private static final int MAX_INTERVAL = 3_600_000;

  private SubscribeOptionsReader() {}

  /**
   * @param topic the requested topic, an object
   * @throws InvalidOption naming the member
   */
  static SubscribeOptions read(JsonNode topic) {
    JsonNode where = topic.path("where");
    return new SubscribeOptions(
        interval(topic),
        flag(topic, "latest"),
        fields(topic),
        isAbsent(where) ? null : EventFilterReader.read(where),
        flag(topic, "deltas"),
        compare(topic));
  }

  private static int interval(JsonNode topic) {
    JsonNode value = topic.path("interval_ms");
    if (isAbsent(value)) return 0;
    if (!value.isInt() || value.intValue() < 0 || value.intValue() > MAX_INTERVAL) {
      throw new InvalidOption("interval_ms", "a whole number from 0 to " + MAX_INTERVAL);
    }
    return value.intValue();
  }

  private static boolean flag(JsonNode topic, String name) {
    JsonNode value = topic.path(name);
    if (!isAbsent(value) && !value.isBoolean()) throw new InvalidOption(name, "true or false");
    return value.asBoolean(false);
  }

  private static FieldSelection fields(JsonNode topic) {
    JsonNode value = topic.path("fields");
    if (isAbsent(value)) return null;
    var names = new ArrayList<String>();
    for (JsonNode each : value) {
      if (each.isTextual()) names.add(each.textValue());
    }
    boolean isList = value.isArray() && !value.isEmpty() && names.size() == value.size();
    if (!isList || !FieldSelection.isValid(names)) {
      throw new InvalidOption("fields", FieldSelection.EXPECTED);
    }
    return FieldSelection.of(names);
  }

  private static ComparedWith compare(JsonNode topic) {
    JsonNode value = topic.path("compare");
    if (isAbsent(value)) return null;
    return Optional.ofNullable(value.textValue())
        .flatMap(ComparedWith::parse)
        .orElseThrow(() -> new InvalidOption("compare", ComparedWith.EXPECTED));
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }
}
