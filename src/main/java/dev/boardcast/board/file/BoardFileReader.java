package dev.boardcast.board.file;

import dev.boardcast.board.file.BoardFile.Triggers;
import dev.boardcast.metric.MetricDescription;
import dev.boardcast.metric.MetricDescription.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Makes a board of a file, as far as that can be done without a database. */
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
          "metrics");
  private static final Pattern TABLE = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
  private static final Pattern METRIC =
      Pattern.compile("[a-z][a-z0-9_]{0,39}(\\.\\*(\\.[a-z][a-z0-9_]{0,39})?)?");

  private final Entry.Keyed file;

  private BoardFileReader(Entry.Keyed file) {
    this.file = file;
  }

  /**
   * Blocks.
   *
   * @throws BadBoardFile with line and reason
   */
  static BoardFile read(Path path) {
    return new BoardFileReader(YamlFile.read(path)).board();
  }

  private BoardFile board() {
    file.knowsOnly("", KEYS);
    var named = file.text("name");
    String name = Bounds.name("name", named.text(), named.place());
    var rollup = file.has("rollup") ? Optional.of(rollup(name)) : Optional.<Rollup>empty();
    var numbers = file.has("numbers") ? Optional.of(sql("numbers")) : Optional.<Sql>empty();
    var groups = groups();
    if (numbers.isEmpty() && groups.isEmpty()) {
      throw new BadBoardFile(file.place(), "neither numbers nor groups say what is shown");
    }
    var refresh = time("refresh", Bounds.DEFAULT_REFRESH, Bounds.SHORTEST, Bounds.LONGEST);
    return new BoardFile(
        named.place(),
        name,
        Bounds.label("title", file.text("title"), 100),
        file.has("visibility")
            ? Optional.of(Bounds.visibility(file.text("visibility")))
            : Optional.empty(),
        refresh,
        time("timeout", Bounds.DEFAULT_TIMEOUT, Duration.ofMillis(10), Bounds.MAX_TIMEOUT),
        file.has("max_rows")
            ? Bounds.count("max_rows", file.text("max_rows"), Bounds.MAX_ROWS)
            : Bounds.DEFAULT_ROWS,
        triggers(refresh, rollup),
        rollup,
        numbers,
        groups,
        metrics());
  }

  private Triggers triggers(Duration refresh, Optional<Rollup> rollup) {
    Map<String, Place> facts = new LinkedHashMap<>();
    Map<String, Place> hints = new LinkedHashMap<>();
    Optional<Duration> clock = Optional.empty();
    rollup.ifPresent(sums -> facts.put(sums.facts(), sums.place()));
    if (file.has("triggers")) {
      var triggers = file.keyed("triggers");
      triggers.knowsOnly(" in triggers", List.of("facts", "hints", "clock"));
      if (triggers.has("facts")) {
        triggers.texts("facts").forEach(text -> facts.put(table(text), text.place()));
      }
      if (triggers.has("hints")) {
        triggers.texts("hints").forEach(text -> hints.put(text.text(), text.place()));
      }
      if (triggers.has("clock")) {
        clock = Optional.of(Bounds.time("clock", triggers.text("clock"), refresh, Bounds.LONGEST));
      }
    }
    if (facts.isEmpty() && hints.isEmpty() && clock.isEmpty()) {
      throw new BadBoardFile(
          file.place(), "triggers are missing: facts, hints or clock cause a computation");
    }
    return new Triggers(facts, hints, clock);
  }

  private Rollup rollup(String name) {
    var rollup = file.keyed("rollup");
    rollup.knowsOnly(" in rollup", List.of("facts", "where", "keys", "sums"));
    var facts = rollup.text("facts");
    return new Rollup(
        Rollup.table(name),
        table(facts),
        facts.place(),
        rollup.has("where") ? Optional.of(Sql.of(rollup.text("where"))) : Optional.empty(),
        expressions(rollup.keyed("keys")),
        expressions(rollup.keyed("sums")));
  }

  private static Map<String, Sql> expressions(Entry.Keyed named) {
    Map<String, Sql> expressions = new LinkedHashMap<>();
    Bounds.atMost(Bounds.MAX_SUMS, named.entries().size(), "columns", named.place());
    for (String name : named.entries().keySet()) {
      Bounds.name("a column's name", name, named.keys().get(name));
      expressions.put(name, Sql.of(named.text(name)));
    }
    if (!expressions.isEmpty()) return expressions;
    throw new BadBoardFile(named.place(), "expected at least one name with an expression");
  }

  private Map<String, Sql> groups() {
    Map<String, Sql> groups = new LinkedHashMap<>();
    if (!file.has("groups")) return groups;
    var named = file.keyed("groups");
    Bounds.atMost(Bounds.MAX_GROUPS, named.entries().size(), "groups", named.place());
    for (String name : named.entries().keySet()) {
      Bounds.name("a group's name", name, named.keys().get(name));
      groups.put(name, Sql.of(named.text(name)));
    }
    return groups;
  }

  private Map<MetricDescription, Place> metrics() {
    Map<MetricDescription, Place> metrics = new LinkedHashMap<>();
    var named = file.keyed("metrics");
    Bounds.atMost(Bounds.MAX_METRICS, named.entries().size(), "metrics", named.place());
    named
        .keys()
        .forEach(
            (path, place) -> {
              if (!METRIC.matcher(path).matches()) {
                throw BadBoardFile.value(
                    place, "a metric", path, "column, group.* or group.*.column");
              }
              var says = named.keyed(path);
              says.knowsOnly(" of a metric", List.of("label", "unit", "kind"));
              metrics.put(
                  new MetricDescription(
                      path,
                      Bounds.label("label", says.text("label"), 100),
                      Bounds.label("unit", says.text("unit"), 30),
                      kind(says.text("kind"))),
                  place);
            });
    return metrics;
  }

  private static Kind kind(Entry.Text text) {
    return switch (text.text()) {
      case "gauge" -> Kind.GAUGE;
      case "counter" -> Kind.COUNTER;
      case "share" -> Kind.SHARE;
      default ->
          throw BadBoardFile.value(text.place(), "kind", text.text(), "gauge, counter or share");
    };
  }

  private static String table(Entry.Text text) {
    if (TABLE.matcher(text.text()).matches()) return text.text();
    throw BadBoardFile.value(text.place(), "facts", text.text(), "the name of a table");
  }

  private Sql sql(String key) {
    return Sql.of(file.text(key));
  }

  private Duration time(String key, Duration initial, Duration least, Duration most) {
    return file.has(key) ? Bounds.time(key, file.text(key), least, most) : initial;
  }
}
