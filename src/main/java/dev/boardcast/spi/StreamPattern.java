package dev.boardcast.spi;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Matches names of application streams: {@code doc.{id}} matches {@code doc.7}, with {@code 7} as
 * the variable {@code id}; {@code chat.*} matches every name that begins with {@code chat.}. A
 * variable stands for one or more characters other than a dot, {@code *} at the end for one or more
 * of any. Immutable.
 */
public final class StreamPattern {
  static final String EXPECTED =
      "a pattern of stream names such as doc.{id} or chat.*: letters, digits and . _ : -, variables"
          + " with literal text between them, * at the end only";

  private static final int MAX_LENGTH = 200;
  private static final Pattern PART = Pattern.compile("([A-Za-z0-9._:-]+)|\\{([a-z][a-z0-9]*)}");

  private final String text;
  private final Pattern pattern;
  private final Set<String> variables = new LinkedHashSet<>();

  private StreamPattern(String text) {
    this.text = text;
    boolean isPrefix = text.endsWith("*");
    String parts = isPrefix ? text.substring(0, text.length() - 1) : text;
    var regex = new StringBuilder();
    Matcher part = PART.matcher(parts);
    int at = 0;
    boolean afterVariable = false;
    while (at < parts.length()) {
      part.region(at, parts.length());
      if (!part.lookingAt()) throw invalid();
      if (part.group(1) != null) {
        regex.append(Pattern.quote(part.group(1)));
        afterVariable = false;
      } else {
        if (afterVariable || !variables.add(part.group(2))) throw invalid();
        regex.append("(?<").append(part.group(2)).append(">[^.]+)");
        afterVariable = true;
      }
      at = part.end();
    }
    if (isPrefix && afterVariable) throw invalid();
    if (isPrefix) regex.append(".+");
    pattern = Pattern.compile(regex.toString());
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static StreamPattern parse(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) throw invalid();
    return new StreamPattern(text);
  }

  /** The variables of a name that matches, by name; empty for a name that does not. */
  public Optional<Map<String, String>> match(String stream) {
    Matcher matcher = pattern.matcher(stream);
    if (!matcher.matches()) return Optional.empty();
    if (variables.isEmpty()) return Optional.of(Map.of());
    var values = new HashMap<String, String>();
    variables.forEach(name -> values.put(name, matcher.group(name)));
    return Optional.of(values);
  }

  /** The names of its variables. */
  public Set<String> variables() {
    return Set.copyOf(variables);
  }

  private static IllegalArgumentException invalid() {
    return new IllegalArgumentException("expected " + EXPECTED);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StreamPattern that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return text;
  }
}
