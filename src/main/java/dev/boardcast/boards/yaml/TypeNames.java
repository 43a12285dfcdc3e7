package dev.boardcast.boards.yaml;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Makes names of types and members of names in board files, no two alike in one scope. */
final class TypeNames {
  private final Set<String> taken;

  /**
   * @param taken names that may not be made
   */
  TypeNames(Set<String> taken) {
    this.taken = new HashSet<>(taken);
  }

  /** A name such as {@code SalesByDay} for {@code sales_by_day}. */
  String type(String name) {
    var text = new StringBuilder();
    for (String word : name.split("_")) {
      if (word.isEmpty()) continue;
      text.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
    }
    return free(text.toString());
  }

  /** A name such as {@code salesByDay} for {@code sales_by_day}. */
  String member(String name) {
    var text = new StringBuilder();
    for (String word : name.split("_")) {
      if (word.isEmpty()) continue;
      String first = word.substring(0, 1);
      text.append(text.isEmpty() ? first : first.toUpperCase(Locale.ROOT));
      text.append(word.substring(1));
    }
    return free(text.toString());
  }

  private String free(String name) {
    String free = name;
    while (!taken.add(free)) free += "_";
    return free;
  }
}
