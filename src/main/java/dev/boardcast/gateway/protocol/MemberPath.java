package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;

/**
 * Where a member is in a JSON object: its path, {@code revenue.total}, or a JSON pointer (RFC
 * 6901), {@code /provider_usage/gpt-4.1}, which may have dots in its names. Equal for the same
 * member.
 *
 * @param names from the outermost to its own
 */
record MemberPath(List<String> names) {
  private static final int MAX_LENGTH = 200;

  static boolean isValid(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) return false;
    return text.startsWith("/")
        ? !text.replace("~0", "").replace("~1", "").contains("~")
        : !Arrays.asList(text.split("\\.", -1)).contains("");
  }

  static MemberPath of(String text) {
    if (!text.startsWith("/")) return new MemberPath(List.of(text.split("\\.")));
    return new MemberPath(
        Arrays.stream(text.substring(1).split("/", -1))
            .map(part -> part.replace("~1", "/").replace("~0", "~"))
            .toList());
  }

  /** The value there, an element of a list by its number; a missing node for none. */
  JsonNode find(JsonNode value) {
    for (String name : names) {
      boolean isElement = value.isArray() && name.matches("\\d{1,9}");
      value = isElement ? value.path(Integer.parseInt(name)) : value.path(name);
    }
    return value;
  }
}
