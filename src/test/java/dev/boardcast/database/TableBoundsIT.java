package dev.boardcast.database;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** OPERATIONS says what bounds each table of the schema. */
class TableBoundsIT {
  // Partitions that nodes create have names with numbers of their own.
  private static final String TABLES =
      """
      SELECT relname FROM pg_class
      WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
        AND relname NOT LIKE 'flyway\\_%'
        AND relname !~ '^(event_(log|stream)_[0-9]+_[0-9]+|board_history_[0-9]+_[0-9].*)$'""";
  private static final Pattern NAME = Pattern.compile("`([a-z_0-9]+)`");

  @Test
  void eachTableHasABound() throws Exception {
    var documented = new TreeSet<String>();
    String text = Files.readString(Path.of("src/docs/OPERATIONS.md"));
    String section = text.substring(text.indexOf("### What bounds each table"));
    boolean isInTable = false;
    for (String line : section.lines().toList()) {
      if (isInTable && !line.startsWith("|")) break;
      isInTable |= line.startsWith("|");
      String[] cells = line.split("\\|");
      if (cells.length < 3 || cells[2].isBlank()) continue;
      var names = NAME.matcher(cells[1]);
      while (names.find()) documented.add(names.group(1));
    }
    List<String> tables = new Sql(Services.get().freshDatabase().postgresUri()).column(TABLES);
    assertEquals(
        String.join("\n", new TreeSet<>(tables)),
        String.join("\n", documented),
        "the table of OPERATIONS must say what bounds each table");
  }
}
