package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.gateway.protocol.Comparison.Operator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Decodes the option {@code where}. Unlike other members, one that is not known is an error:
 * without it the client would get more than it asks for.
 */
final class EventFilterReader {
  private static final int MAX_TYPES = 20;
  private static final int MAX_COMPARISONS = 8;
  private static final int MAX_VALUES = 20;
  private static final int MAX_TEXT = 200;
  private static final String WHERE = "where";
  private static final String TYPE = "where.type";
  private static final String DATA = "where.data";

  private EventFilterReader() {}

  /**
   * @throws InvalidOption naming the member
   */
  static EventFilter read(JsonNode where) {
    if (!where.isObject() || !isOf(where, Set.of("type", "data"))) {
      throw new InvalidOption(WHERE, "an object with type, data, or both");
    }
    Set<String> types = where.has("type") ? types(where.get("type")) : Set.of();
    Set<Comparison> comparisons = where.has("data") ? comparisons(where.get("data")) : Set.of();
    return new EventFilter(types, comparisons);
  }

  private static boolean isOf(JsonNode object, Set<String> known) {
    if (object.isEmpty()) return false;
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      if (!known.contains(member.getKey())) return false;
    }
    return true;
  }

  private static Set<String> types(JsonNode type) {
    var types = new HashSet<String>();
    for (JsonNode each : type.isArray() ? type : List.of(type)) {
      if (!isText(each)) throw wrongTypes();
      types.add(each.textValue());
    }
    if (types.isEmpty() || types.size() > MAX_TYPES) throw wrongTypes();
    return types;
  }

  private static InvalidOption wrongTypes() {
    return new InvalidOption(TYPE, "a type of events, or a list of 1 to " + MAX_TYPES);
  }

  private static Set<Comparison> comparisons(JsonNode data) {
    var comparisons = new HashSet<Comparison>();
    for (Map.Entry<String, JsonNode> member : data.properties()) {
      String path = member.getKey();
      if (!MemberPath.isValid(path) || !member.getValue().isObject()) throw wrongData();
      for (Map.Entry<String, JsonNode> each : member.getValue().properties()) {
        comparisons.add(comparison(MemberPath.of(path), each.getKey(), each.getValue()));
      }
      if (member.getValue().isEmpty()) throw wrongData();
    }
    if (comparisons.isEmpty() || comparisons.size() > MAX_COMPARISONS) throw wrongData();
    return comparisons;
  }

  private static Comparison comparison(MemberPath path, String name, JsonNode value) {
    Operator operator = operator(name);
    var values = new ArrayList<JsonNode>();
    if (operator == Operator.IN) value.forEach(values::add);
    else values.add(value);
    boolean isList = operator != Operator.IN || value.isArray();
    if (!isList || values.isEmpty() || values.size() > MAX_VALUES) throw wrongData();
    for (JsonNode each : values) {
      boolean fits = operator.isOrder() ? each.isNumber() || isText(each) : isPlain(each);
      if (!fits) throw wrongData();
    }
    return new Comparison(path, operator, values);
  }

  private static Operator operator(String name) {
    for (Operator each : Operator.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(name)) return each;
    }
    throw wrongData();
  }

  private static boolean isPlain(JsonNode value) {
    return value.isNumber() || value.isBoolean() || value.isNull() || isText(value);
  }

  private static boolean isText(JsonNode value) {
    return value.isTextual() && value.textValue().length() <= MAX_TEXT;
  }

  private static InvalidOption wrongData() {
    return new InvalidOption(
        DATA,
        "1 to "
            + MAX_COMPARISONS
            + " comparisons such as {\"amount\":{\"gte\":100}}, by eq, ne, lt, lte, gt, gte or in");
  }
}
