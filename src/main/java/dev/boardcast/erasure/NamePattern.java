package dev.boardcast.erasure;

import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.Json;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a user's name is found, by the kind of a text: regular expressions of PostgreSQL, each of
 * which matches the name alone.
 */
final class NamePattern {
  // As a word: "ann" is neither in "joanna" nor in "ann@example.org" nor in "ann.smith" nor in
  // "bob-ann".
  private static final String WORD =
      "(?<![[:alnum:]_@-])(?:%s)(?![[:alnum:]_@-])(?!\\.[[:alnum:]])";
  // No other user is called "ann@example.org-17".
  private static final String PART_OF_WORD =
      "(?<![[:alnum:]@])(?:%s)(?![[:alnum:]@])(?!\\.[[:alnum:]])";
  private static final Pattern UNMISTAKABLE =
      Pattern.compile(".*@.*|(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern COMMON = Pattern.compile("[0-9.eE+-]+|true|false|null|..?");

  private final String name;
  private final String json;
  private final String encoded;
  private final Set<String> forms;

  NamePattern(String name) {
    this.name = name;
    String quoted = Json.encode(name);
    json = quoted.substring(1, quoted.length() - 1);
    encoded = BoardPart.of("b", Map.of("p", name)).name().substring("b?p=".length());
    forms = new LinkedHashSet<>(List.of(name));
    forms.add(encoded);
    forms.add(json);
  }

  /** Whether words of texts are more likely something else, such as a number. */
  static boolean isCommon(String name) {
    return COMMON.matcher(name).matches();
  }

  /** The forms in which the name is searched for. */
  Set<String> forms() {
    return forms;
  }

  /** As it is in the name of a part of a board. */
  String encoded() {
    return encoded;
  }

  /** As it is in JSON. */
  String json() {
    return json;
  }

  /**
   * The expressions by kind; a kind of texts that cannot name the user has none.
   *
   * @param texts whether the name is also found as a word of a text
   */
  JsonObject terms(boolean texts) {
    boolean isUnmistakable = UNMISTAKABLE.matcher(name).matches();
    String any = any(forms);
    String word = (isUnmistakable ? PART_OF_WORD : WORD).formatted(any);
    String words = texts ? "|" + word : "";
    String others = texts && isUnmistakable ? "|" + word : "";
    String things = "(?:" + KeyKind.THINGS + ")s?";
    String part = "(?<=[?&][^?&=]+=)(?<!" + things + "=)(?:" + any + ")(?=&|$)";
    var terms =
        new JsonObject()
            .put("value", "^(?:%1$s)$|(?<=^user[.:])(?:%1$s)$".formatted(any) + words)
            .put("stream", "(?<=^user[.])(?:%s)$".formatted(any) + others)
            .put(
                "target",
                "(?<=(?:^| )user:)(?:%1$s)(?=$| )|(?<=^key:)(?:%1$s)(?=:(?:day|month)$)"
                        .formatted(any)
                    + others)
            .put("origin", "^(?:%s)(?=\\x1f)".formatted(any))
            .put("metric", "(?<=\\.)(?<!by_%s\\.)(?:%s)$".formatted(things, any) + others)
            .put("part", part + others)
            .put("drop", "^(?:%s)$|".formatted(any) + part + words)
            .put("quoted", "(?<=\"|\"user[.:])(?:%s)(?=\")".formatted(any(Set.of(json))) + words)
            .put("keys", keys())
            .put("name", name)
            .put("encoded", encoded)
            .put("json", json);
    if (texts) terms.put("text", word);
    if (!others.isEmpty()) terms.put("other", word);
    return terms;
  }

  private static JsonObject keys() {
    var keys = new JsonObject().put("user", KeyKind.USERS);
    for (KeyKind kind : KeyKind.values()) {
      if (kind != KeyKind.VALUE) keys.put(kind.text(), kind.keys());
    }
    return keys;
  }

  private static String any(Set<String> forms) {
    return forms.stream().map(NamePattern::quoted).collect(Collectors.joining("|"));
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
