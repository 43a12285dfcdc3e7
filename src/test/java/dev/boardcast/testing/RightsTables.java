package dev.boardcast.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tables of {@code TEAMS.md}: each follows a comment with its name. */
public final class RightsTables {
  private static final Path FILE = Path.of("src/docs/TEAMS.md");

  private RightsTables() {}

  /** The rows of a table in order, each by the titles of its columns; without marks of code. */
  public static List<Map<String, String>> read(String name) {
    List<String> lines;
    try {
      lines = Files.readAllLines(FILE);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    int start = lines.indexOf("<!-- " + name + " -->") + 1;
    if (start == 0) throw new AssertionError("no table " + name + " in " + FILE);
    var table =
        lines.subList(start, lines.size()).stream()
            .takeWhile(line -> line.startsWith("|"))
            .map(RightsTables::cells)
            .toList();
    List<String> titles = table.get(0);
    List<Map<String, String>> rows = new ArrayList<>();
    for (List<String> cells : table.subList(2, table.size())) {
      if (cells.size() != titles.size()) throw new AssertionError("cells are missing: " + cells);
      Map<String, String> row = new LinkedHashMap<>();
      for (int i = 0; i < cells.size(); i++) row.put(titles.get(i), cells.get(i));
      rows.add(row);
    }
    return rows;
  }

  private static List<String> cells(String line) {
    String inner = line.substring(1, line.lastIndexOf('|'));
    return Arrays.stream(inner.split("\\|", -1)).map(cell -> cell.replace("`", "").trim()).toList();
  }
}
