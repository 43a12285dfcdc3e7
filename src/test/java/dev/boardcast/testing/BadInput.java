package dev.boardcast.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One row of the table of bad input, {@code bad-input.txt}, which explains its format.
 *
 * @param headers by name
 * @param sent the request body, one character per byte
 * @param named what the answer must name; empty for nothing
 */
public record BadInput(
    int line,
    String who,
    String method,
    String path,
    Map<String, String> headers,
    String sent,
    String answer,
    String named) {
  private static final Path TABLE = Path.of("src/test/resources/bad-input.txt");
  private static final Pattern INTERNAL =
      Pattern.compile(
          "(?i)exception|sqlstate|\\bat \\w+\\.|\\b(java|io\\.vertx|io\\.netty|com\\.fasterxml|dev\\.boardcast)\\b"
              + "|\\b(select|insert|update|delete)\\b.+\\b(from|into|set|where)\\b");
  private static final Pattern MACRO = Pattern.compile("‹([^›]+)›");
  private static final Pattern REPEATED = Pattern.compile("(.+)\\*(\\d+)");
  private static final Pattern BYTE = Pattern.compile("[0-9a-f]{2}");

  /** All rows, with placeholders replaced by {@code names}. */
  public static List<BadInput> table(Map<String, String> names) throws IOException {
    var rows = new ArrayList<BadInput>();
    List<String> lines = Files.readAllLines(TABLE);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isBlank() || lines.get(i).startsWith("#")) continue;
      String[] cells = (lines.get(i) + " ").split("(?<= )\\|(?= )", -1);
      if (cells.length != 6)
        throw new AssertionError("line " + (i + 1) + " does not have six cells");
      String[] request = expand(cells[1].strip(), names).split(" ", 2);
      rows.add(
          new BadInput(
              i + 1,
              cells[0].strip(),
              request[0],
              request[1],
              headers(expand(cells[2].strip(), names)),
              expand(cells[3].strip(), names),
              cells[4].strip(),
              expand(cells[5].strip(), names)));
    }
    return rows;
  }

  public boolean isSocket() {
    return method.equals("WS");
  }

  public byte[] bytes() {
    return sent.getBytes(ISO_8859_1);
  }

  /** Fails on class names, exceptions and SQL. */
  public static void assertNothingInternal(String text) {
    assertFalse(INTERNAL.matcher(text).find(), text);
  }

  @Override
  public String toString() {
    String shown = sent.length() > 60 ? sent.substring(0, 60) + "…" : sent;
    String at = path.length() > 60 ? path.substring(0, 60) + "…" : path;
    return "line " + line + ": " + who + " " + method + " " + at + " " + shown + " -> " + answer;
  }

  private static Map<String, String> headers(String cell) {
    var headers = new LinkedHashMap<String, String>();
    if (!cell.isEmpty()) {
      String[] parts = cell.split(": ?", 2);
      headers.put(parts[0], parts[1]);
    }
    return headers;
  }

  private static String expand(String cell, Map<String, String> names) {
    return MACRO
        .matcher(cell)
        .replaceAll(found -> Matcher.quoteReplacement(meaning(found.group(1), names)));
  }

  private static String meaning(String macro, Map<String, String> names) {
    if (names.containsKey(macro)) return names.get(macro);
    if (BYTE.matcher(macro).matches()) return "" + (char) Integer.parseInt(macro, 16);
    var repeated = REPEATED.matcher(macro);
    if (!repeated.matches()) throw new AssertionError("nothing is called " + macro);
    String what = names.getOrDefault(repeated.group(1), repeated.group(1));
    var text = new StringBuilder();
    // A name may count its repetitions.
    for (int i = 0; i < Integer.parseInt(repeated.group(2)); i++) {
      text.append(what.replace("#", Integer.toString(i)));
    }
    return text.toString();
  }
}
