package dev.boardcast.board.file;

import dev.boardcast.metric.MetricDescription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a file's queries give, beside what it describes: each of the one is one of the other. */
final class Figures {
  /**
   * A column of a query.
   *
   * @param category PostgreSQL's, N for numbers
   */
  record Column(String name, String type, String category) {}

  private final BoardFile file;
  private final Map<String, Sql> given = new HashMap<>();

  Figures(BoardFile file) {
    this.file = file;
  }

  /**
   * @param group empty for the numbers
   */
  Figures add(String group, Sql sql, List<Column> columns) {
    int first = group.isEmpty() ? 0 : 1;
    if (columns.size() <= first) {
      throw new BadBoardFile(
          sql.place(), "group " + group + " has one column, expected a key and one number or more");
    }
    for (Column column : columns.subList(first, columns.size())) {
      if (!column.category().equals("N")) {
        throw new BadBoardFile(
            sql.placeOf(column.name()),
            "column " + column.name() + " is " + column.type() + ", expected a number");
      }
      String path =
          group.isEmpty()
              ? column.name()
              : columns.size() == 2 ? group + ".*" : group + ".*." + column.name();
      if (given.put(path, sql) != null
          || (group.isEmpty() && file.groups().containsKey(column.name()))) {
        throw new BadBoardFile(sql.placeOf(column.name()), path + " is given twice");
      }
    }
    return this;
  }

  /** Throws where a figure is not described, or a description has no figure. */
  Figures compared() {
    var described =
        file.descriptions().stream().map(MetricDescription::path).collect(Collectors.toSet());
    given.forEach(
        (path, sql) -> {
          if (!described.contains(path)) {
            throw new BadBoardFile(
                sql.placeOf(path.replaceFirst(".*\\.", "")),
                "metrics do not describe " + path + ", which this query gives");
          }
        });
    file.metrics()
        .forEach(
            (metric, place) -> {
              if (!given.containsKey(metric.path())) {
                throw new BadBoardFile(place, "no query gives " + metric.path());
              }
            });
    return this;
  }
}
