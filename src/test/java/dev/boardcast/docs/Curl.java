package dev.boardcast.docs;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A {@code curl} command of the docs, as a shell and curl understand it.
 *
 * @param path with query
 * @param body null for a GET
 */
record Curl(String path, Map<String, String> headers, String body) {
  private static final Pattern WORD =
      Pattern.compile("(?:'[^']*'|\"[^\"]*\"|[^\\s'\"])+", Pattern.DOTALL);

  /**
   * @param variables of the shell
   */
  static Curl parse(String command, Map<String, String> variables) {
    var words = new ArrayDeque<>(words(command.replace("\\\n", " "), variables));
    if (!words.remove().equals("curl")) throw new AssertionError("no curl: " + command);
    var headers = new LinkedHashMap<String, String>();
    String path = null;
    String body = null;
    while (!words.isEmpty()) {
      String word = words.remove();
      switch (word) {
        case "-s", "-sN" -> {
          // Options of the output.
        }
        case "-H" -> {
          String[] header = words.remove().split(": ", 2);
          headers.put(header[0], header[1]);
        }
        case "--json" -> {
          body = words.remove();
          headers.put("Content-Type", "application/json");
          headers.put("Accept", "application/json");
        }
        default -> {
          if (!word.matches("http://127\\.0\\.0\\.1:80[89]0/.*")) {
            throw new AssertionError("unknown to this test: " + word);
          }
          URI address = URI.create(word);
          path = address.getPath();
          if (address.getQuery() != null) path += "?" + address.getQuery();
        }
      }
    }
    return new Curl(path, headers, body);
  }

  private static List<String> words(String command, Map<String, String> variables) {
    var words = new ArrayList<String>();
    var found = WORD.matcher(command);
    while (found.find()) {
      String word = found.group();
      if (!word.contains("'")) {
        for (var each : variables.entrySet()) {
          word = word.replace("$" + each.getKey(), each.getValue());
        }
        word = word.replace("\"", "");
      }
      words.add(word.replace("'", ""));
    }
    return words;
  }
}
