package dev.boardcast.http.pages;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The JavaScript client as one module for browsers: its modules, one after the other, without their
 * imports of each other, comment lines and indentation. What is read stays readable.
 */
public final class ClientScript {
  public static final String NAME = "boardcast.js";

  private static final List<String> MODULES =
      List.of("rules.js", "lines.js", "link.js", "share.js", NAME);
  private static final Pattern IMPORT = Pattern.compile("(?m)^import .*;$");
  private static final Pattern EXPORT = Pattern.compile("(?m)^export (?=const|class|function)");
  private static final Pattern COMMENT =
      Pattern.compile("(?m)^\\s*//.*$|^\\s*/\\*\\*[\\s\\S]*?\\*/$| +// .*$");
  private static final Pattern SPACE = Pattern.compile("\\n\\s+");

  private ClientScript() {}

  /**
   * @param read the text of a module, by its name
   */
  public static String of(Function<String, String> read) {
    return MODULES.stream()
        .map(name -> of(name, read.apply(name)))
        .collect(Collectors.joining("\n", "// Boardcast, Apache-2.0. To read: /client/\n", "\n"));
  }

  private static String of(String name, String module) {
    String text = IMPORT.matcher(module).replaceAll("");
    // Only what the last one exports is for others.
    if (!name.equals(NAME)) text = EXPORT.matcher(text).replaceAll("");
    text = COMMENT.matcher(text).replaceAll("");
    return SPACE.matcher(text).replaceAll("\n").strip();
  }
}
