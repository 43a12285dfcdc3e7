package dev.boardcast.auth;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where a claim is in a token. A dot is part of a name, or leads into the object before it: {@code
 * https://example.com/roles} names one claim, {@code realm_access.roles} the claim {@code roles} in
 * the object {@code realm_access}. Where a token has both, the longer name counts, so that the
 * claim with exactly this name always wins. Immutable.
 */
record ClaimPath(String text) {
  static final String EXPECTED =
      "the name of a claim or a path such as realm_access.roles, but not that of iss, aud, exp,"
          + " nbf, iat or jti";

  private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,200}");
  private static final int MAX_DOTS = 10;
  // Of the token itself, not of its user.
  private static final Set<String> OTHERS = Set.of("iss", "aud", "exp", "nbf", "iat", "jti");

  /**
   * @throws IllegalArgumentException for a text that is no name or path
   */
  public ClaimPath {
    boolean fits =
        FORM.matcher(text).matches()
            && text.chars().filter(c -> c == '.').count() <= MAX_DOTS
            && !OTHERS.contains(text);
    if (!fits) throw new IllegalArgumentException("expected " + EXPECTED);
  }

  /** Reads a name or a path; see the constructor. */
  public static ClaimPath parse(String text) {
    return new ClaimPath(text);
  }

  /** The claim; empty when the token has none. */
  Optional<JsonNode> find(JsonNode payload) {
    return find(payload, text);
  }

  private static Optional<JsonNode> find(JsonNode object, String path) {
    JsonNode named = object.get(path);
    if (named != null) return Optional.of(named);
    for (int dot = path.lastIndexOf('.'); dot >= 0; dot = path.lastIndexOf('.', dot - 1)) {
      JsonNode outer = object.get(path.substring(0, dot));
      if (outer == null || !outer.isObject()) continue;
      Optional<JsonNode> inner = find(outer, path.substring(dot + 1));
      if (inner.isPresent()) return inner;
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return text;
  }
}
