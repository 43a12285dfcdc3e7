package dev.boardcast.boards.yaml;

import dev.boardcast.boards.yaml.Declaration.SourceTable;
import dev.boardcast.boards.yaml.FactColumn.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a board file of version 2, and checks it as far as that is possible without a database. */
final class DeclarationReader {
  static final String VERSION = "2";

  static final List<String> KEYS =
      List.of(
          "version",
          "name",
          "title",
          "visibility",
          "refresh",
          "zone",
          "facts",
          "source",
          "time",
          "dimensions",
          "parameters",
          "metrics",
          "alerts");
  static final List<String> SOURCE_KEYS = List.of("table", "connection", "watermark", "every");
  private static final Duration MIN_EVERY = Duration.ofSeconds(5);
  private static final int MAX_COLUMNS = 50;
  private static final int MAX_DIMENSIONS = 20;
  private static final Pattern SOURCE = Pattern.compile("([^.\\s]{1,63}\\.)?[^.\\s]{1,63}");
  // Columns that the table has besides those declared.
  private static final Set<String> RESERVED = Set.of("id", "event_id", "tx", "sign");

  private final YamlValue.Keyed file;
  private final String digest;

  private DeclarationReader(YamlValue.Keyed file, String digest) {
    this.file = file;
    this.digest = digest;
  }

  /** Whether a file is of version 2. */
  static boolean reads(YamlValue.Keyed file) {
    if (!file.has("version")) return false;
    var version = file.text("version");
    if (version.text().equals(VERSION)) return true;
    if (version.text().equals("1")) return false;
    throw InvalidBoardFileException.value(
        version.position(), "version", version.text(), "1 or " + VERSION);
  }

  /**
   * Reads a file.
   *
   * @param text of the file
   * @throws InvalidBoardFileException with line and reason
   */
  static Declaration read(YamlValue.Keyed file, byte[] text) {
    String digest = BoardFile.digest(new String(text, StandardCharsets.UTF_8));
    return new DeclarationReader(file, digest).declaration();
  }

  private Declaration declaration() {
    file.knowsOnly("", KEYS);
    var named = file.text("name");
    String name = BoardFileLimits.name("name", named.text(), named.position());
    if (file.has("facts") == file.has("source")) {
      throw new InvalidBoardFileException(
          file.position(), "expected facts or source, and not both of them");
    }
    Map<String, FactColumn> columns = file.has("facts") ? columns() : Map.of();
    var source = file.has("source") ? Optional.of(source()) : Optional.<SourceTable>empty();
    String time = time(columns);
    Map<String, FileSql> dimensions = dimensions(columns);
    return new Declaration(
        named.position(),
        name,
        BoardFileLimits.label("title", file.text("title"), 100),
        file.has("visibility")
            ? Optional.of(BoardFileLimits.visibility(file.text("visibility")))
            : Optional.empty(),
        file.has("refresh")
            ? BoardFileLimits.time(
                "refresh",
                file.text("refresh"),
                BoardFileLimits.MIN_REFRESH,
                BoardFileLimits.MAX_REFRESH)
            : BoardFileLimits.MIN_REFRESH,
        zone(),
        columns,
        source,
        time,
        dimensions,
        new ParameterReader(file, columns).parameters(),
        metrics(dimensions.keySet(), source),
        new AlertsReader(file).alerts(),
        digest);
  }

  private List<DeclaredMetric> metrics(Set<String> dimensions, Optional<SourceTable> source) {
    var named = file.keyed("metrics");
    var metrics = new MetricsReader(named, dimensions).metrics();
    if (source.filter(SourceTable::isOnlyRead).isEmpty()) return metrics;
    for (DeclaredMetric metric : metrics) {
      String path = metric.path();
      if (path.equals(Declaration.SOURCE) || path.startsWith(Declaration.SOURCE + ".")) {
        throw InvalidBoardFileException.value(
            metric.position(), "a metric", path, "another name: source says how it is read");
      }
    }
    return metrics;
  }

  private ZoneId zone() {
    if (!file.has("zone")) return ZoneOffset.UTC;
    var text = file.text("zone");
    return BoardZone.of(text.text())
        .orElseThrow(
            () ->
                InvalidBoardFileException.value(
                    text.position(),
                    "zone",
                    text.text(),
                    "a time zone such as Europe/Berlin, whose offsets since 1970 are whole quarters"
                        + " of an hour"));
  }

  private Map<String, FactColumn> columns() {
    Map<String, FactColumn> columns = new LinkedHashMap<>();
    var named = file.keyed("facts");
    if (named.entries().isEmpty()) {
      throw new InvalidBoardFileException(named.position(), "facts is empty, expected columns");
    }
    BoardFileLimits.atMost(MAX_COLUMNS, named.entries().size(), "columns", named.position());
    named
        .entries()
        .forEach(
            (name, declared) -> {
              var position = named.keys().get(name);
              BoardFileLimits.name("a column's name", name, position);
              if (RESERVED.contains(name)) {
                throw InvalidBoardFileException.value(
                    position,
                    "a column's name",
                    name,
                    "another name: each fact table has " + String.join(", ", sorted(RESERVED)));
              }
              columns.put(name, FactColumnReader.read(name, position, named, declared));
            });
    return columns;
  }

  private SourceTable source() {
    var source = file.keyed("source");
    source.knowsOnly(" in source", SOURCE_KEYS);
    var table = source.text("table");
    if (!SOURCE.matcher(table.text()).matches()) {
      throw InvalidBoardFileException.value(
          table.position(), "table", table.text(), "a table such as orders or public.orders");
    }
    Optional<String> connection = Optional.empty();
    if (source.has("connection")) {
      var text = source.text("connection");
      connection = Optional.of(BoardFileLimits.name("connection", text.text(), text.position()));
    }
    if (source.has("watermark") && source.has("every")) {
      throw new InvalidBoardFileException(
          source.keys().get("every"), "watermark and every are given, expected one of them");
    }
    return new SourceTable(
        table.position(),
        table.text(),
        connection,
        source.has("watermark") ? Optional.of(source.text("watermark").text()) : Optional.empty(),
        source.has("every")
            ? Optional.of(
                BoardFileLimits.time(
                    "every", source.text("every"), MIN_EVERY, BoardFileLimits.MAX_REFRESH))
            : Optional.empty());
  }

  private String time(Map<String, FactColumn> columns) {
    var text = file.text("time");
    boolean isTime =
        file.has("source")
            || (columns.containsKey(text.text()) && columns.get(text.text()).type() == Type.TIME);
    if (isTime) return text.text();
    throw InvalidBoardFileException.value(
        text.position(), "time", text.text(), "a column of facts whose type is time");
  }

  private Map<String, FileSql> dimensions(Map<String, FactColumn> columns) {
    Map<String, FileSql> dimensions = new LinkedHashMap<>();
    if (!file.has("dimensions")) return dimensions;
    if (file.entries().get("dimensions") instanceof YamlValue.Sequence list) {
      for (var text : list.texts("dimensions")) {
        boolean isColumn = file.has("source") || columns.containsKey(text.text());
        if (!isColumn) {
          throw InvalidBoardFileException.value(
              text.position(), "a dimension", text.text(), "a column of facts");
        }
        BoardFileLimits.name("a dimension's name", text.text(), text.position());
        var sql = new FileSql(FileRollup.quoted(text.text()), text.position(), false);
        if (dimensions.put(text.text(), sql) != null) {
          throw new InvalidBoardFileException(
              text.position(), "\"" + text.text() + "\" occurs twice");
        }
      }
    } else {
      var named = file.keyed("dimensions");
      for (String name : named.entries().keySet()) {
        BoardFileLimits.name("a dimension's name", name, named.keys().get(name));
        dimensions.put(name, FileSql.of(named.text(name)));
      }
    }
    BoardFileLimits.atMost(MAX_DIMENSIONS, dimensions.size(), "dimensions", file.position());
    return dimensions;
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }
}
