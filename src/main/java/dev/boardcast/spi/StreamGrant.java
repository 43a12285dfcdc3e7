package dev.boardcast.spi;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One way to have a right in a stream. Immutable.
 *
 * @param kind what is required of the principal
 * @param name the role or the claim; otherwise empty
 * @param variable the variable of the stream's name with the value of the claim, or with the team;
 *     otherwise empty
 */
public record StreamGrant(Kind kind, String name, String variable) {
  /** What is required of the principal. */
  public enum Kind {
    /** Nothing. */
    PUBLIC,
    /** A valid token. */
    AUTHENTICATED,
    /** A token with a role: {@code role:<name>}. */
    ROLE,
    /** A claim of the token, or one of its values, is the variable: {@code claim:<name>={id}}. */
    CLAIM,
    /** Membership in the team that the variable names: {@code team:{id}}. */
    TEAM,
    /** A channel token for this stream: its claim {@value #TOPICS} names it. */
    TOKEN
  }

  /** The claim of a channel token: the streams that it is for. */
  public static final String TOPICS = "topics";

  static final String EXPECTED =
      "nobody, or one or more of public, authenticated, role:<name>, claim:<name>={variable},"
          + " team:{variable}, token";

  private static final Pattern ROLE = Pattern.compile("role:(\\P{Cc}{1,200})");
  private static final Pattern CLAIM =
      Pattern.compile("claim:([\\x21-\\x3c\\x3e-\\x7e]{1,200})=\\{([a-z][a-z0-9]*)}");
  private static final Pattern TEAM = Pattern.compile("team:\\{([a-z][a-z0-9]*)}");
  private static final Set<Kind> PLAIN = Set.of(Kind.PUBLIC, Kind.AUTHENTICATED, Kind.TOKEN);

  /** Nobody but admins. */
  public static final List<StreamGrant> NOBODY = List.of(role(Principal.ADMIN));

  /** Everybody. */
  public static final StreamGrant EVERYBODY = new StreamGrant(Kind.PUBLIC, "", "");

  /** Principals with a role, and admins. */
  public static StreamGrant role(String name) {
    return new StreamGrant(Kind.ROLE, name, "");
  }

  /** The same as a visibility. */
  public static StreamGrant of(Visibility visibility) {
    return switch (visibility.level()) {
      case PUBLIC -> EVERYBODY;
      case AUTHENTICATED -> new StreamGrant(Kind.AUTHENTICATED, "", "");
      case ROLE -> role(visibility.role());
    };
  }

  /**
   * Reads a grant, see {@link Kind}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static StreamGrant parse(String text) {
    for (Kind kind : PLAIN) {
      if (text.equals(kind.name().toLowerCase(Locale.ROOT))) return new StreamGrant(kind, "", "");
    }
    var role = ROLE.matcher(text);
    if (role.matches()) return role(role.group(1));
    var claim = CLAIM.matcher(text);
    if (claim.matches()) return new StreamGrant(Kind.CLAIM, claim.group(1), claim.group(2));
    var team = TEAM.matcher(text);
    if (team.matches()) return new StreamGrant(Kind.TEAM, "", team.group(1));
    throw new IllegalArgumentException("expected " + EXPECTED);
  }

  /** Whether it depends on the current teams of the principal. */
  public boolean needsTeams() {
    return kind == Kind.TEAM;
  }

  /**
   * Whether a principal has the right by this grant.
   *
   * @param principal with its current teams; empty for a caller without a token
   * @param variables of the stream's name
   */
  public boolean allows(
      String stream, Map<String, String> variables, Optional<Principal> principal) {
    if (kind == Kind.PUBLIC) return true;
    if (principal.isEmpty()) return false;
    Principal who = principal.get();
    return switch (kind) {
      case PUBLIC, AUTHENTICATED -> true;
      case ROLE -> who.hasRole(name);
      case CLAIM -> who.claim(name).contains(variables.get(variable));
      case TEAM -> who.teams().contains(variables.get(variable));
      case TOKEN -> who.claim(TOPICS).contains(stream);
    };
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return switch (kind) {
      case PUBLIC, AUTHENTICATED, TOKEN -> kind.name().toLowerCase(Locale.ROOT);
      case ROLE -> "role:" + name;
      case CLAIM -> "claim:" + name + "={" + variable + "}";
      case TEAM -> "team:{" + variable + "}";
    };
  }
}
