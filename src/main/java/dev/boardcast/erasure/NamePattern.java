package dev.boardcast.erasure;

import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.Json;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a user's name is found in texts: the name itself, as it is in JSON, and as it is in names of
 * parts of boards. Regular expressions are PostgreSQL's; their first group stays.
 */
final class NamePattern {
  // As a whole text, as a JSON string, behind "user.", or before a unit separator.
  private static final String NARROW = "(^|\"|^user[.:]|\"user[.:])(?:%s)(?=$|\"|\\x1f)";
  // As a word: "ann" is neither in "joanna" nor in "ann@example.org" nor in "ann.smith".
  private static final String WIDE =
      "()(?<![[:alnum:]_@-])(?:%s)(?![[:alnum:]_@-])(?!\\.[[:alnum:]])";

  private final Set<String> forms = new LinkedHashSet<>();

  NamePattern(String name) {
    forms.add(name);
    String json = Json.encode(name);
    forms.add(json.substring(1, json.length() - 1));
    forms.add(BoardPart.of("b", Map.of("p", name)).name().substring("b?p=".length()));
  }

  /** The forms in which the name is searched for. */
  Set<String> forms() {
    return forms;
  }

  /**
   * The expression.
   *
   * @param asWord whether the name is also found as a word of a text
   */
  String regex(boolean asWord) {
    String any = forms.stream().map(NamePattern::quoted).collect(Collectors.joining("|"));
    return (asWord ? WIDE : NARROW).formatted(any);
  }

  private static String quoted(String text) {
    var quoted = new StringBuilder();
    text.chars()
        .forEach(
            c -> {
              boolean isPlain = c > 127 || Character.isLetterOrDigit(c) || c == '_' || c < ' ';
              if (!isPlain) quoted.append('\\');
              quoted.append((char) c);
            });
    return quoted.toString();
  }
}
