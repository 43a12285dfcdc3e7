package dev.boardcast.spi;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Who may see a board or an application stream. Immutable.
 *
 * @param role the required role with {@link Level#ROLE}, otherwise empty
 */
public record Visibility(Level level, String role) {
  /** What is required of a viewer. */
  public enum Level {
    /** Nothing. */
    PUBLIC,
    /** A valid token. */
    AUTHENTICATED,
    /** A token with a role. */
    ROLE
  }

  public static final Visibility PUBLIC = new Visibility(Level.PUBLIC, "");
  public static final Visibility AUTHENTICATED = new Visibility(Level.AUTHENTICATED, "");

  /**
   * Reads {@code public}, {@code authenticated} or {@code role:<name>}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Visibility parse(String text) {
    if (text.equals("public")) return PUBLIC;
    if (text.equals("authenticated")) return AUTHENTICATED;
    if (text.startsWith("role:") && text.length() > 5) {
      return new Visibility(Level.ROLE, text.substring(5));
    }
    throw new IllegalArgumentException(
        "visibility must be public, authenticated or role:<name>, was " + text);
  }

  /** The entry of a name, else of the longest matching {@code prefix*}, else public. */
  public static Visibility find(Map<String, Visibility> byName, String name) {
    return lookup(byName, name).orElse(PUBLIC);
  }

  /** The entry of a name, else of the longest matching {@code prefix*}, else empty. */
  public static Optional<Visibility> lookup(Map<String, Visibility> byName, String name) {
    Visibility own = byName.get(name);
    if (own != null) return Optional.of(own);
    for (int end = name.length(); end >= 0; end--) {
      Visibility prefix = byName.get(name.substring(0, end) + '*');
      if (prefix != null) return Optional.of(prefix);
    }
    return Optional.empty();
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return level == Level.ROLE ? "role:" + role : level.name().toLowerCase(Locale.ROOT);
  }

  /** Whether a viewer may see it; empty means a viewer without a token. */
  public boolean allows(Optional<Principal> viewer) {
    return switch (level) {
      case PUBLIC -> true;
      case AUTHENTICATED -> viewer.isPresent();
      case ROLE -> viewer.map(principal -> principal.hasRole(role)).orElse(false);
    };
  }
}
