package dev.boardcast.spi;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A board with values of its parameters. Its {@link #name} is the only one that it has: names are
 * sorted, and values are encoded as {@code encodeURIComponent} does, such as {@code
 * sales?site=7&team=a%20b}.
 *
 * @param board the name or the topic of the whole board
 * @param values by the parameters' names; empty for the whole board
 */
public record BoardPart(String board, SortedMap<String, String> values) {
  /** The longest name in characters. */
  public static final int MAX_NAME = 512;

  public BoardPart {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** A board with these values. */
  public static BoardPart of(String board, Map<String, String> values) {
    return new BoardPart(board, new TreeMap<>(values));
  }

  /** Whether a name has values of parameters. */
  public static boolean isPart(String name) {
    return name.indexOf('?') >= 0;
  }

  /** The name without values. */
  public static String whole(String name) {
    int query = name.indexOf('?');
    return query < 0 ? name : name.substring(0, query);
  }

  /** Reads a name, in whatever order and encoding its values are; empty if it is none. */
  public static Optional<BoardPart> parse(String name) {
    if (name.length() > MAX_NAME) return Optional.empty();
    int query = name.indexOf('?');
    if (query < 0) return Optional.of(of(name, Map.of()));
    var values = new TreeMap<String, String>();
    for (String pair : name.substring(query + 1).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals <= 0) return Optional.empty();
      try {
        String key = URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8);
        String value = URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
        if (values.put(key, value) != null) return Optional.empty();
      } catch (IllegalArgumentException notEncoded) {
        return Optional.empty();
      }
    }
    return Optional.of(of(name.substring(0, query), values));
  }

  /** The one name of this part. */
  public String name() {
    if (values.isEmpty()) return board;
    return values.entrySet().stream()
        .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
        .collect(Collectors.joining("&", board + "?", ""));
  }

  /** The same values of a board that is called otherwise. */
  public BoardPart of(String other) {
    return new BoardPart(other, values);
  }

  /** The values in the order of these parameters; null for one without a value. */
  public List<String> valuesOf(List<BoardParameter> parameters) {
    var ordered = new ArrayList<String>();
    parameters.forEach(parameter -> ordered.add(values.get(parameter.name())));
    return ordered;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("%21", "!")
        .replace("%27", "'")
        .replace("%28", "(")
        .replace("%29", ")")
        .replace("%7E", "~");
  }
}
