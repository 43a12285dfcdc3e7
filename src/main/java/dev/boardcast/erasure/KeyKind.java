package dev.boardcast.erasure;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What the values of a key of JSON, or of a column without a rule, are, told by its name. The
 * expressions are both Java's and PostgreSQL's, and are matched without regard to case.
 */
enum KeyKind {
  METRIC("(^|_)metrics?$"),
  STREAM("(^|_)streams?$"),
  TARGET("(^|_)target$"),
  PART("(^|_)(boards?|part)$"),
  OTHER(
      "(^|_|by)("
          + KeyKind.THINGS
          + ")s?(_?ids?|_?names?|_usage)?$"
          + "|(^|_)(task|event|session|token|key|request|run|proposal|message|transaction)_?ids?$"),
  VALUE("");

  /** Names of what is no user, though it may have the name of one. */
  static final String THINGS =
      "team|topic|source|provider|model|strateg(?:y|ie)|status(?:e)?|state|type|kind|priorit(?:y|ie)"
          + "|severit(?:y|ie)|rule|channel|node|currenc(?:y|ie)|content|place|period|scope|version|dimension|visibility|unit|format|role";

  /** Keys whose objects have users as keys. */
  static final String USERS =
      "(^|_|by)(users?|people|persons?|members?|owners?|assignees?|authors?|actors?)$";

  private final String keys;
  private final Pattern pattern;

  KeyKind(String keys) {
    this.keys = keys;
    pattern = Pattern.compile(keys, Pattern.CASE_INSENSITIVE);
  }

  /** The keys of this kind. */
  String keys() {
    return keys;
  }

  /** The name in the terms of {@link NamePattern}. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static KeyKind of(String key) {
    for (KeyKind each : values()) {
      if (each.pattern.matcher(key).find()) return each;
    }
    return VALUE;
  }
}
