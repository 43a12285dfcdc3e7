package dev.boardcast.boards.yaml;

import dev.boardcast.boards.yaml.BoardFile.Triggers;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricDescription.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads a board file, and checks it as far as that is possible without the database. */
final class BoardFileReader {
  private static final List<String> KEYS =
      List.of(
          "name",
          "title",
          "visibility",
          "refresh",
          "timeout",
          "max_rows",
          "triggers",
          "rollup",
          "numbers",
          "groups",
          "metrics",
          "version");
  private static final Pattern TABLE = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
  private static final Pattern LIMIT =
      Pattern.compile("\\b(limit|fetch\\s+(first|next))\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern METRIC =
      Pattern.compile("[a-z][a-z0-9_]{0,39}(\\.\\*(\\.[a-z][a-z0-9_]{0,39})?)?");

  private final YamlValue.Keyed file;

  private BoardFileReader(YamlValue.Keyed file) {
    this.file = file;
  }

  /**
   * Reads a file. Blocks.
   *
   * @throws InvalidBoardFileException with line and reason
   */
  static BoardFile read(Path path) {
    return read(YamlFile.read(path));
  }

  /** As {@link #read(Path)}, for the content of a file. */
  static BoardFile read(YamlValue.Keyed content) {
    return new BoardFileReader(content).board();
  }

  private BoardFile board() {
    file.knowsOnly("", KEYS);
    var named = file.text("name");
    String name = BoardFileLimits.name("name", named.text(), named.position());
    var rollup = file.has("rollup") ? Optional.of(rollup(name)) : Optional.<FileRollup>empty();
    var numbers = file.has("numbers") ? Optional.of(sql("numbers")) : Optional.<FileSql>empty();
    var groups = groups();
    if (numbers.isEmpty() && groups.isEmpty()) {
      throw new InvalidBoardFileException(file.position(), "expected numbers, groups or both");
    }
    var refresh =
        time(
            "refresh",
            BoardFileLimits.DEFAULT_REFRESH,
            BoardFileLimits.MIN_REFRESH,
            BoardFileLimits.MAX_REFRESH);
    return new BoardFile(
        named.position(),
        name,
        BoardFileLimits.label("title", file.text("title"), 100),
        file.has("visibility")
            ? Optional.of(BoardFileLimits.visibility(file.text("visibility")))
            : Optional.empty(),
        refresh,
        time(
            "timeout",
            BoardFileLimits.DEFAULT_TIMEOUT,
            Duration.ofMillis(10),
            BoardFileLimits.MAX_TIMEOUT),
        file.has("max_rows")
            ? BoardFileLimits.count("max_rows", file.text("max_rows"), BoardFileLimits.MAX_ROWS)
            : BoardFileLimits.DEFAULT_ROWS,
        triggers(refresh, rollup),
        rollup,
        numbers,
        groups,
        metrics(groups),
        wholes());
  }

  private Triggers triggers(Duration refresh, Optional<FileRollup> rollup) {
    Map<String, SourcePosition> facts = new LinkedHashMap<>();
    Map<String, SourcePosition> hints = new LinkedHashMap<>();
    Optional<Duration> clock = Optional.empty();
    rollup.ifPresent(each -> facts.put(each.facts(), each.position()));
    if (file.has("triggers")) {
      var triggers = file.keyed("triggers");
      triggers.knowsOnly(" in triggers", List.of("facts", "hints", "clock"));
      if (triggers.has("facts")) {
        triggers.texts("facts").forEach(text -> facts.put(table(text), text.position()));
      }
      if (triggers.has("hints")) {
        triggers.texts("hints").forEach(text -> hints.put(text.text(), text.position()));
      }
      if (triggers.has("clock")) {
        clock =
            Optional.of(
                BoardFileLimits.time(
                    "clock", triggers.text("clock"), refresh, BoardFileLimits.MAX_REFRESH));
      }
    }
    if (facts.isEmpty() && hints.isEmpty() && clock.isEmpty()) {
      throw new InvalidBoardFileException(
          file.position(), "triggers are missing: expected facts, hints or clock");
    }
    return new Triggers(facts, hints, clock);
  }

  private FileRollup rollup(String name) {
    var rollup = file.keyed("rollup");
    rollup.knowsOnly(" in rollup", List.of("facts", "where", "keys", "sums"));
    var facts = rollup.text("facts");
    return new FileRollup(
        FileRollup.table(name),
        table(facts),
        facts.position(),
        rollup.has("where") ? Optional.of(FileSql.of(rollup.text("where"))) : Optional.empty(),
        expressions(rollup.keyed("keys")),
        expressions(rollup.keyed("sums")));
  }

  private static Map<String, FileSql> expressions(YamlValue.Keyed named) {
    Map<String, FileSql> expressions = new LinkedHashMap<>();
    BoardFileLimits.atMost(
        BoardFileLimits.MAX_SUMS, named.entries().size(), "columns", named.position());
    for (String name : named.entries().keySet()) {
      BoardFileLimits.name("a column's name", name, named.keys().get(name));
      expressions.put(name, FileSql.of(named.text(name)));
    }
    if (!expressions.isEmpty()) return expressions;
    throw new InvalidBoardFileException(
        named.position(), "expected at least one name with an expression");
  }

  private Map<String, FileSql> groups() {
    Map<String, FileSql> groups = new LinkedHashMap<>();
    if (!file.has("groups")) return groups;
    var named = file.keyed("groups");
    BoardFileLimits.atMost(
        BoardFileLimits.MAX_GROUPS, named.entries().size(), "groups", named.position());
    for (String name : named.entries().keySet()) {
      BoardFileLimits.name("a group's name", name, named.keys().get(name));
      groups.put(name, FileSql.of(named.text(name)));
    }
    return groups;
  }

  private Map<MetricDescription, SourcePosition> metrics(Map<String, FileSql> groups) {
    Map<MetricDescription, SourcePosition> metrics = new LinkedHashMap<>();
    var named = file.keyed("metrics");
    BoardFileLimits.atMost(
        BoardFileLimits.MAX_METRICS, named.entries().size(), "metrics", named.position());
    named
        .keys()
        .forEach(
            (path, position) -> {
              if (!METRIC.matcher(path).matches()) {
                throw InvalidBoardFileException.value(
                    position, "a metric", path, "column, group.* or group.*.column");
              }
              var description = named.keyed(path);
              description.knowsOnly(" of a metric", List.of("label", "unit", "kind", "whole"));
              metrics.put(
                  new MetricDescription(
                      path,
                      BoardFileLimits.label("label", description.text("label"), 100),
                      BoardFileLimits.label("unit", description.text("unit"), 30),
                      kind(path, description, groups)),
                  position);
            });
    return metrics;
  }

  /**
   * Of a share that a limited query selects, the parts that are not shown are unknown: unless the
   * file says what the whole is, no percentage can be computed of those that are.
   */
  private static Kind kind(String path, YamlValue.Keyed metric, Map<String, FileSql> groups) {
    Kind kind = kind(metric.text("kind"));
    FileSql query = groups.get(path.replaceFirst("\\..*", ""));
    if (metric.has("whole") && (kind != Kind.SHARE || query == null)) {
      throw new InvalidBoardFileException(
          metric.keys().get("whole"), "whole is of a metric of a group, of kind share");
    }
    boolean isUnknown =
        kind == Kind.SHARE
            && query != null
            && !metric.has("whole")
            && LIMIT.matcher(query.text()).find();
    return isUnknown ? Kind.GAUGE : kind;
  }

  /** The wholes of shares, by path. */
  private Map<String, YamlValue.Text> wholes() {
    Map<String, YamlValue.Text> wholes = new LinkedHashMap<>();
    var named = file.keyed("metrics");
    for (String path : named.entries().keySet()) {
      var metric = named.keyed(path);
      if (metric.has("whole")) wholes.put(path, metric.text("whole"));
    }
    return wholes;
  }

  private static Kind kind(YamlValue.Text text) {
    return switch (text.text()) {
      case "gauge" -> Kind.GAUGE;
      case "counter" -> Kind.COUNTER;
      case "share" -> Kind.SHARE;
      default ->
          throw InvalidBoardFileException.value(
              text.position(), "kind", text.text(), "gauge, counter or share");
    };
  }

  private static String table(YamlValue.Text text) {
    if (TABLE.matcher(text.text()).matches()) return text.text();
    throw InvalidBoardFileException.value(
        text.position(), "facts", text.text(), "the name of a table");
  }

  private FileSql sql(String key) {
    return FileSql.of(file.text(key));
  }

  private Duration time(String key, Duration initial, Duration least, Duration most) {
    return file.has(key) ? BoardFileLimits.time(key, file.text(key), least, most) : initial;
  }
}
