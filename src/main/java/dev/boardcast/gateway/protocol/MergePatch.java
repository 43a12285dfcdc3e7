package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;

/** Merge patches of JSON objects (RFC 7396). */
public final class MergePatch {
  private MergePatch() {}

  /**
   * The smallest patch that makes one object of another; lists are replaced whole. Empty where
   * there is none: a null in a patch removes its member, so that no patch can set a member to null.
   */
  public static Optional<ObjectNode> between(ObjectNode from, ObjectNode to) {
    ObjectNode patch = from.objectNode();
    for (Map.Entry<String, JsonNode> member : from.properties()) {
      if (!to.has(member.getKey())) patch.putNull(member.getKey());
    }
    for (Map.Entry<String, JsonNode> member : to.properties()) {
      JsonNode before = from.get(member.getKey());
      JsonNode after = member.getValue();
      if (after.equals(before)) continue;
      if (before instanceof ObjectNode old && after instanceof ObjectNode young) {
        Optional<ObjectNode> inner = between(old, young);
        if (inner.isEmpty()) return Optional.empty();
        patch.set(member.getKey(), inner.get());
      } else if (setsNull(after)) {
        return Optional.empty();
      } else {
        patch.set(member.getKey(), after);
      }
    }
    return Optional.of(patch);
  }

  /** Whether it is null, or an object with such a member; what is in a list is kept as it is. */
  private static boolean setsNull(JsonNode value) {
    if (value.isNull()) return true;
    if (!value.isObject()) return false;
    for (JsonNode member : value) {
      if (setsNull(member)) return true;
    }
    return false;
  }
}
