package dev.boardcast.http.pages;

import java.util.stream.Collectors;

/**
 * Removes lines of comments and the indentation from a module as browsers get it: together a
 * seventh of its compressed size. Comments that follow code on its line stay.
 */
final class ScriptComments {
  private ScriptComments() {}

  /**
   * @param module whose texts that span lines have no line that begins as a comment does
   */
  static String remove(String module) {
    var isWithin = new boolean[1];
    return module
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !isComment(line, isWithin))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static boolean isComment(String line, boolean[] isWithin) {
    boolean begins = !isWithin[0] && line.startsWith("/*");
    if (begins || isWithin[0]) {
      isWithin[0] = !line.endsWith("*/");
      return true;
    }
    return line.startsWith("//");
  }
}
