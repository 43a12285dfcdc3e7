package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.RawJson;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which members of a board's snapshots a client wants. Lists are taken whole. Equal for the same
 * members, in any order. Immutable.
 */
public final class FieldSelection {
  static final String EXPECTED =
      "a list of 1 to 50 names of metrics or JSON pointers of at most 200 characters";

  private static final int MAX_FIELDS = 50;

  /**
   * @param members by name; none where the value is taken whole
   */
  private record Part(Map<String, Part> members) {
    private Part() {
      this(new TreeMap<>());
    }
  }

  private final Part root;

  private FieldSelection(Part root) {
    this.root = root;
  }

  /** Whether {@link #of} takes these names. */
  static boolean isValid(List<String> names) {
    return !names.isEmpty()
        && names.size() <= MAX_FIELDS
        && names.stream().allMatch(MemberPath::isValid);
  }

  static FieldSelection of(List<String> names) {
    var root = new Part();
    for (String name : names) add(root, MemberPath.of(name).names());
    return new FieldSelection(root);
  }

  private static void add(Part root, List<String> path) {
    Part at = root;
    for (String name : path) {
      Part next = at.members().get(name);
      boolean isWhole = next != null && next.members().isEmpty();
      if (isWhole) return;
      if (next == null) at.members().put(name, next = new Part());
      at = next;
    }
    at.members().clear();
  }

  /** The chosen members of a snapshot as text. */
  public RawJson of(RawJson snapshot) {
    try {
      return RawJson.encode(of((ObjectNode) Json.MAPPER.readTree(snapshot.text())));
    } catch (JsonProcessingException defect) {
      throw new IllegalStateException("a snapshot is one JSON object", defect);
    }
  }

  /** The chosen members of a snapshot, in its order; those that it does not have are left out. */
  ObjectNode of(ObjectNode snapshot) {
    return choose(snapshot, root);
  }

  private static ObjectNode choose(ObjectNode all, Part part) {
    ObjectNode chosen = all.objectNode();
    all.properties()
        .forEach(
            member -> {
              Part wanted = part.members().get(member.getKey());
              if (wanted == null) return;
              JsonNode value = member.getValue();
              boolean isWhole = wanted.members().isEmpty() || !(value instanceof ObjectNode);
              chosen.set(member.getKey(), isWhole ? value : choose((ObjectNode) value, wanted));
            });
    return chosen;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FieldSelection that && root.equals(that.root);
  }

  @Override
  public int hashCode() {
    return root.hashCode();
  }
}
