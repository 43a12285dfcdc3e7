package dev.boardcast.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** A board as a client makes it of whole snapshots and of changes. */
final class MergedBoard {
  private JsonNode data;
  private String offset;
  private int changes;

  /** Takes a message of the board; a change must be one of what is here. */
  void take(JsonNode message) {
    if (message.get("type").asText().equals("metrics:delta")) {
      assertEquals(offset, message.get("base").asText());
      data = merge(data.deepCopy(), message.get("patch"));
      changes++;
    } else {
      data = message.get("data");
    }
    offset = message.get("offset").asText();
  }

  JsonNode data() {
    return data;
  }

  String offset() {
    return offset;
  }

  /** How many messages were changes. */
  int changes() {
    return changes;
  }

  /** As RFC 7396, section 2, has it. */
  private static JsonNode merge(JsonNode target, JsonNode patch) {
    if (!patch.isObject()) return patch;
    ObjectNode merged =
        target instanceof ObjectNode object ? object : ((ObjectNode) patch).objectNode();
    for (Map.Entry<String, JsonNode> member : patch.properties()) {
      if (member.getValue().isNull()) {
        merged.remove(member.getKey());
      } else {
        JsonNode before = merged.get(member.getKey());
        merged.set(member.getKey(), merge(before, member.getValue()));
      }
    }
    return merged;
  }
}
