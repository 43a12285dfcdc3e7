package dev.boardcast.boards.yaml;

import dev.boardcast.spi.MetricDescription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a file's queries give, beside what it describes: each of the one is one of the other. */
final class BoardQueries {
  /**
   * A column of a query.
   *
   * @param category PostgreSQL's, N for numbers
   */
  record Column(String name, String type, String category) {}

  private final BoardFile file;
  private final Map<String, FileSql> given = new HashMap<>();

  BoardQueries(BoardFile file) {
    this.file = file;
  }

  /**
   * @param group empty for the numbers
   */
  BoardQueries add(String group, FileSql sql, List<Column> columns) {
    int first = group.isEmpty() ? 0 : 1;
    if (columns.size() <= first) {
      throw new InvalidBoardFileException(
          sql.place(), "group " + group + " has one column, expected a key and one number or more");
    }
    for (Column column : columns.subList(first, columns.size())) {
      if (!column.category().equals("N")) {
        throw new InvalidBoardFileException(
            sql.placeOf(column.name()),
            "column " + column.name() + " is " + column.type() + ", expected a number");
      }
      String path =
          group.isEmpty()
              ? column.name()
              : columns.size() == 2 ? group + ".*" : group + ".*." + column.name();
      if (given.put(path, sql) != null
          || (group.isEmpty() && file.groups().containsKey(column.name()))) {
        throw new InvalidBoardFileException(sql.placeOf(column.name()), path + " is given twice");
      }
    }
    return this;
  }

  /** Throws where a figure is not described, or a description has no figure. */
  BoardQueries compared() {
    var described =
        file.descriptions().stream().map(MetricDescription::path).collect(Collectors.toSet());
    given.forEach(
        (path, sql) -> {
          if (!described.contains(path)) {
            throw new InvalidBoardFileException(
                sql.placeOf(path.replaceFirst(".*\\.", "")),
                "metrics do not describe " + path + ", which this query gives");
          }
        });
    file.metrics()
        .forEach(
            (metric, place) -> {
              if (!given.containsKey(metric.path())) {
                throw new InvalidBoardFileException(place, "no query gives " + metric.path());
              }
            });
    return this;
  }
}
