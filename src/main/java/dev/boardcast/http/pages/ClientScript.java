package dev.boardcast.http.pages;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Joins the modules of the JavaScript client into one module for browsers, without their imports of
 * each other, comments, white space and long names.
 */
final class ClientScript {
  public static final String NAME = "boardcast.js";

  private static final List<String> MODULES =
      List.of(
          "rules.js", "limits.js", "transports.js", "connection.js", "shared-connection.js", NAME);
  private static final Pattern IMPORT = Pattern.compile("(?m)^import .*;$");
  private static final Pattern EXPORT = Pattern.compile("(?m)^export (?=const|class|function)");
  private static final Set<String> EXPORTS = Set.of("connect", "Boardcast");

  private ClientScript() {}

  /**
   * @param read returns the text of the module with this name
   */
  public static String of(Function<String, String> read) {
    String joined =
        MODULES.stream().map(name -> of(name, read.apply(name))).collect(Collectors.joining("\n"));
    return "// Boardcast, Apache-2.0. Sources: client/\n"
        + ScriptMinifier.minify(joined, EXPORTS)
        + "\n";
  }

  private static String of(String name, String module) {
    String text = IMPORT.matcher(module).replaceAll("");
    // Only the exports of the last module are public.
    return name.equals(NAME) ? text : EXPORT.matcher(text).replaceAll("");
  }
}
