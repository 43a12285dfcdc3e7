package dev.boardcast.boards.yaml;

import dev.boardcast.spi.MetricDescription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares the columns of a file's queries with the metrics it describes. */
final class BoardQueries {
  /**
   * A column of a query.
   *
   * @param category the type category of PostgreSQL, N for numbers
   */
  record Column(String name, String type, String category) {}

  // The category has money, too, whose text depends on the server, and identifiers of objects.
  private static final Set<String> NUMBERS =
      Set.of("smallint", "integer", "bigint", "numeric", "real", "double precision");

  private final BoardFile file;
  private final Map<String, FileSql> queries = new HashMap<>();

  BoardQueries(BoardFile file) {
    this.file = file;
  }

  /**
   * Adds the columns of a query.
   *
   * @param group the group's name, empty for {@code numbers}
   * @throws InvalidBoardFileException for a column that is not a number, or that repeats a path
   */
  BoardQueries add(String group, FileSql sql, List<Column> columns) {
    int first = group.isEmpty() ? 0 : 1;
    if (columns.size() <= first) {
      throw new InvalidBoardFileException(
          sql.position(),
          "group " + group + " has one column, expected a key and at least one number");
    }
    for (Column column : columns.subList(first, columns.size())) {
      if (!column.category().equals("N")
          || !NUMBERS.contains(column.type().replaceFirst("\\(.*", ""))) {
        throw new InvalidBoardFileException(
            sql.positionOf(column.name()),
            "column " + column.name() + " is " + column.type() + ", expected a number");
      }
      String path =
          group.isEmpty()
              ? column.name()
              : columns.size() == 2 ? group + ".*" : group + ".*." + column.name();
      if (queries.put(path, sql) != null
          || (group.isEmpty() && file.groups().containsKey(column.name()))) {
        throw new InvalidBoardFileException(
            sql.positionOf(column.name()), path + " is selected twice");
      }
    }
    return this;
  }

  /**
   * Compares columns and descriptions.
   *
   * @throws InvalidBoardFileException for a column without description, or the reverse
   */
  BoardQueries compared() {
    var described =
        file.descriptions().stream().map(MetricDescription::path).collect(Collectors.toSet());
    queries.forEach(
        (path, sql) -> {
          if (!described.contains(path)) {
            throw new InvalidBoardFileException(
                sql.positionOf(path.replaceFirst(".*\\.", "")),
                "metrics do not describe " + path + ", which this query selects");
          }
        });
    file.metrics()
        .forEach(
            (metric, position) -> {
              if (!queries.containsKey(metric.path())) {
                throw new InvalidBoardFileException(position, "no query selects " + metric.path());
              }
            });
    file.wholes()
        .forEach(
            (share, whole) -> {
              if (whole.text().contains(".") || !queries.containsKey(whole.text())) {
                throw InvalidBoardFileException.value(
                    whole.position(), "whole", whole.text(), "a column of numbers");
              }
            });
    return this;
  }
}
