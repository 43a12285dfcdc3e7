package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.RawJson;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which members of a board's snapshots a client wants. A member is named by its path, {@code
 * revenue.total}, or by a JSON pointer (RFC 6901), {@code /provider_usage/gpt-4.1}, which may have
 * dots in its names. Lists are taken whole. Equal for the same members, in any order. Immutable.
 */
public final class FieldSelection {
  static final String EXPECTED =
      "a list of 1 to 50 names of metrics or JSON pointers of at most 200 characters";

  private static final int MAX_FIELDS = 50;
  private static final int MAX_LENGTH = 200;

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
        && names.stream().allMatch(FieldSelection::isValid);
  }

  private static boolean isValid(String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH) return false;
    return name.startsWith("/")
        ? !name.replace("~0", "").replace("~1", "").contains("~")
        : !Arrays.asList(name.split("\\.", -1)).contains("");
  }

  static FieldSelection of(List<String> names) {
    var root = new Part();
    for (String name : names) add(root, path(name));
    return new FieldSelection(root);
  }

  private static List<String> path(String name) {
    if (!name.startsWith("/")) return List.of(name.split("\\."));
    return Arrays.stream(name.substring(1).split("/", -1))
        .map(part -> part.replace("~1", "/").replace("~0", "~"))
        .toList();
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
