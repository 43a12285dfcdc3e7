package dev.boardcast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * Makes random JSON values from the schemas of a description: valid ones, and ones that are not.
 */
public final class SchemaValues {
  /** Texts that programs are known to stumble over. */
  public static final List<String> NASTY =
      List.of(
          "",
          " ",
          "\t",
          "\u0000",
          "a\u0000b",
          "\ud800",
          "\u0085",
          "\u202e",
          "\ufeff",
          "😀",
          "x".repeat(129),
          "x".repeat(201),
          "é".repeat(4001),
          "'; DROP TABLE task; --",
          "\"",
          "\\",
          "../../etc/passwd",
          "%00",
          "${jndi:x}",
          "null",
          "-1",
          "1e400",
          "2026-02-30T00:00:00Z",
          "2026-01-31",
          "9999-12-31T23:59:59Z",
          "00000000-0000-0000-0000-000000000000");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OPTIONAL_PERCENT = 60;

  private final JsonNode root;
  private final Random random;

  public SchemaValues(ApiDescription description, Random random) {
    this.root = description.root();
    this.random = random;
  }

  /** The schema behind references. */
  public JsonNode resolved(JsonNode schema) {
    JsonNode at = schema;
    while (at.has("$ref")) at = root.at(at.get("$ref").asText().substring(1));
    return at;
  }

  /** A value that the schema describes; rarely not, where the schema says less than its text. */
  public JsonNode valid(JsonNode wanted) {
    JsonNode schema = resolved(wanted);
    if (schema.has("const")) return schema.get("const");
    if (schema.has("enum")) return pick(schema.get("enum"));
    for (String choice : List.of("oneOf", "anyOf")) {
      if (schema.has(choice)) return valid(pick(schema.get(choice)));
    }
    return switch (type(schema)) {
      case "object" -> object(schema);
      case "array" -> array(schema);
      case "integer" -> JSON.getNodeFactory().numberNode(whole(schema));
      case "number" -> number(schema);
      case "boolean" -> JSON.getNodeFactory().booleanNode(random.nextBoolean());
      case "null" -> JSON.nullNode();
      default -> JSON.getNodeFactory().textNode(text(schema));
    };
  }

  /** A value in which one thing is wrong, as far as the schema knows. */
  public JsonNode mutated(JsonNode schema) {
    JsonNode value = valid(schema);
    if (!(value instanceof ObjectNode object) || random.nextInt(10) == 0) return nasty();
    var names = new ArrayList<String>();
    object.fieldNames().forEachRemaining(names::add);
    int kind = names.isEmpty() ? 0 : random.nextInt(4);
    if (kind == 0) object.set("no_such_field", nasty());
    else if (kind == 1) object.remove(names.get(random.nextInt(names.size())));
    else object.set(names.get(random.nextInt(names.size())), nasty());
    return object;
  }

  /** A value of any type. */
  public JsonNode nasty() {
    var make = JSON.getNodeFactory();
    return switch (random.nextInt(9)) {
      case 0 -> JSON.nullNode();
      case 1 -> make.booleanNode(true);
      case 2 -> make.numberNode(new BigDecimal("1e" + random.nextInt(500)));
      case 3 -> make.numberNode(BigInteger.TEN.pow(random.nextInt(90)).negate());
      case 4 -> JSON.createArrayNode().add(1).add("x");
      case 5 -> JSON.createObjectNode().put("a", 1);
      default -> make.textNode(NASTY.get(random.nextInt(NASTY.size())));
    };
  }

  private static String type(JsonNode schema) {
    JsonNode type = schema.path("type");
    if (type.isArray()) return type.get(0).asText();
    return type.isMissingNode() && schema.has("properties") ? "object" : type.asText("string");
  }

  private JsonNode object(JsonNode schema) {
    var object = JSON.createObjectNode();
    var required = schema.path("required");
    for (var property : schema.path("properties").properties()) {
      boolean isRequired = false;
      for (JsonNode name : required) isRequired |= name.asText().equals(property.getKey());
      if (isRequired || random.nextInt(100) < OPTIONAL_PERCENT) {
        object.set(property.getKey(), valid(property.getValue()));
      }
    }
    if (!schema.has("properties")) object.put("n", random.nextInt());
    return object;
  }

  private ArrayNode array(JsonNode schema) {
    var array = JSON.createArrayNode();
    for (int i = random.nextInt(3); i >= 0; i--) array.add(valid(schema.path("items")));
    return array;
  }

  private long whole(JsonNode schema) {
    long least = schema.path("minimum").asLong(0);
    long most = Math.min(schema.path("maximum").asLong(1_000), least + 1_000);
    return least + random.nextInt((int) (most - least) + 1);
  }

  private JsonNode number(JsonNode schema) {
    JsonNode below = schema.path("exclusiveMinimum");
    double least = below.isNumber() ? below.asDouble() + 1 : schema.path("minimum").asDouble(-100);
    double most = Math.min(schema.path("maximum").asDouble(1_000), least + 1_000);
    double value = least + random.nextDouble() * (most - least);
    return JSON.getNodeFactory()
        .numberNode(BigDecimal.valueOf(value).setScale(4, java.math.RoundingMode.DOWN));
  }

  private String text(JsonNode schema) {
    switch (schema.path("format").asText()) {
      case "uuid":
        return new UUID(random.nextLong(), random.nextLong()).toString();
      case "date-time":
        return Instant.ofEpochMilli(System.currentTimeMillis() - 1_000L * random.nextInt(1_000_000))
            .toString();
      default:
        break;
    }
    if (schema.path("pattern").asText().contains("smhd")) return 1 + random.nextInt(90) + "m";
    // Of a logger.
    if (schema.path("pattern").asText().contains("boardcast")) return "dev.boardcast.admin";
    int length = Math.max(1, schema.path("minLength").asInt(1)) + random.nextInt(12);
    int most = Math.min(length, schema.path("maxLength").asInt(100));
    var text = new StringBuilder();
    for (int i = 0; i < most; i++) text.append((char) ('a' + random.nextInt(26)));
    return text.toString();
  }

  private JsonNode pick(JsonNode list) {
    return list.get(random.nextInt(list.size()));
  }
}
