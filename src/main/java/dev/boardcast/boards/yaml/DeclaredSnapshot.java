package dev.boardcast.boards.yaml;

import dev.boardcast.spi.Json;
import dev.boardcast.spi.MetricDisplay;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Reads the metrics of a declared board from its rollups, in one statement. Immutable. */
final class DeclaredSnapshot {
  private final Declaration file;
  private final DeclaredRollups rollups;
  private final List<MetricWindow> windows;
  private final String current;
  private final String range;
  private final Optional<String> currentParts;
  private final Optional<String> rangeOfPart;

  DeclaredSnapshot(Declaration file, DeclaredRollups rollups) {
    this.file = file;
    this.rollups = rollups;
    windows =
        file.metrics().stream()
            .map(DeclaredMetric::window)
            .filter(window -> !window.isAll())
            .distinct()
            .toList();
    current = current(rollups, DeclaredParts.WHOLE);
    range = range(rollups, DeclaredParts.WHOLE);
    var parts = new DeclaredParts(file);
    currentParts =
        parts.isEmpty()
            ? Optional.empty()
            : Optional.of(
                "SELECT metrics.* FROM %s CROSS JOIN LATERAL (%s) AS metrics ORDER BY asked.place"
                    .formatted(
                        parts.asked(2 * windows.size() + 1), numbered(current(rollups, "p.part"))));
    rangeOfPart = parts.isEmpty() ? Optional.empty() : Optional.of(range(rollups, "$5::text[]"));
  }

  private String current(DeclaredRollups rollups, String part) {
    return new MetricQuery(file, rollups, part, metric -> scope(metric.window())).statement(file);
  }

  private String range(DeclaredRollups rollups, String part) {
    return new MetricQuery(file, rollups, part, metric -> RollupScope.ofRange()).statement(file)
        + RollupScope.ALL_TIMES;
  }

  /** A subquery's columns need names of their own. */
  private String numbered(String sql) {
    String names =
        IntStream.range(0, file.metrics().size())
            .mapToObj(i -> "m" + i)
            .collect(Collectors.joining(", "));
    return "SELECT * FROM (%s) AS each (%s)".formatted(sql, names);
  }

  /** The metrics of a moment. */
  Future<RawJson> read(SqlClient transaction, Instant now) {
    return run(transaction, current, times(bounds(now))).map(this::only);
  }

  /**
   * The metrics of parts of the board at a moment, in one statement.
   *
   * @param parts values in the order of the board's parameters, null for each that is left open
   */
  Future<List<RawJson>> read(SqlClient transaction, Instant now, List<List<String>> parts) {
    Tuple parameters = times(bounds(now));
    for (int i = 0; i < file.parameters().size(); i++) {
      int place = i;
      parameters.addArrayOfString(
          parts.stream().map(part -> part.get(place)).toArray(String[]::new));
    }
    return run(transaction, currentParts.orElseThrow(), parameters);
  }

  private List<Instant> bounds(Instant now) {
    List<Instant> bounds = new ArrayList<>();
    for (MetricWindow window : windows) {
      var covered = window.at(now, file.zone());
      bounds.add(covered.from());
      bounds.add(covered.to());
    }
    return bounds;
  }

  /** The metrics of a range, whose edges are full quarters of an hour. */
  Future<RawJson> within(SqlClient client, Instant from, Instant to) {
    return run(client, range, times(DayRange.of(from, to, file.zone()).times())).map(this::only);
  }

  /** The same of one part. */
  Future<RawJson> within(SqlClient client, Instant from, Instant to, List<String> part) {
    Tuple parameters = times(DayRange.of(from, to, file.zone()).times());
    parameters.addArrayOfString(part.toArray(String[]::new));
    return run(client, rangeOfPart.orElseThrow(), parameters).map(this::only);
  }

  /**
   * The keys that a metric shows by themselves, of several together as {@link MetricQuery#OTHER}.
   *
   * @param range empty for the metric's own window
   * @param part values in the order of the board's parameters, null for each that is left open;
   *     empty for the whole board
   */
  Future<List<String>> shownKeys(
      SqlClient client,
      DeclaredMetric metric,
      Instant now,
      Optional<MetricWindow.TimeSpan> range,
      List<String> part) {
    List<Instant> times = times(metric, now, range);
    RollupScope scope =
        range.isPresent() ? RollupScope.ofRange() : RollupScope.of(metric.window(), 1);
    String partSql =
        part.isEmpty() ? DeclaredParts.WHOLE : "$%d::text[]".formatted(times.size() + 1);
    String sql = new MetricQuery(file, rollups, partSql, each -> scope).keys(metric);
    // Metrics of last values need not all times of a range.
    if (range.isPresent()) sql += " AND " + RollupScope.ALL_TIMES.substring(2) + " IS NOT NULL";
    Tuple parameters = times(times);
    if (!part.isEmpty()) parameters.addArrayOfString(part.toArray(String[]::new));
    return client
        .preparedQuery(sql)
        .execute(parameters)
        .map(
            rows -> {
              List<String> keys = new ArrayList<>(rows.size());
              for (Row row : rows) keys.add(row.getString(0));
              return keys;
            });
  }

  private List<Instant> times(
      DeclaredMetric metric, Instant now, Optional<MetricWindow.TimeSpan> range) {
    if (range.isPresent()) {
      return DayRange.of(range.get().from(), range.get().to(), file.zone()).times();
    }
    if (metric.window().isAll()) return List.of();
    var covered = metric.window().at(now, file.zone());
    return List.of(covered.from(), covered.to());
  }

  /** All statements, for a check that they can be prepared. */
  List<String> statements() {
    List<String> statements = new ArrayList<>(List.of(current, range));
    currentParts.ifPresent(statements::add);
    rangeOfPart.ifPresent(statements::add);
    return statements;
  }

  private RollupScope scope(MetricWindow window) {
    return RollupScope.of(window, 2 * windows.indexOf(window) + 1);
  }

  private static Tuple times(List<Instant> times) {
    Tuple parameters = Tuple.tuple();
    times.forEach(time -> parameters.addOffsetDateTime(time.atOffset(ZoneOffset.UTC)));
    return parameters;
  }

  private Future<List<RawJson>> run(SqlClient client, String sql, Tuple parameters) {
    return client
        .preparedQuery(sql)
        .execute(parameters)
        .map(
            rows -> {
              List<RawJson> read = new ArrayList<>(rows.size());
              for (Row row : rows) read.add(RawJson.of(json(row)));
              return read;
            });
  }

  private RawJson only(List<RawJson> read) {
    return read.get(0);
  }

  private String json(Row row) {
    Map<String, Object> root = new LinkedHashMap<>();
    Map<String, Object> states = new LinkedHashMap<>();
    boolean hasStates = false;
    for (int i = 0; i < file.metrics().size(); i++) {
      DeclaredMetric metric = file.metrics().get(i);
      String value = row.getString(i);
      put(root, metric.path(), value == null ? "null" : value);
      MetricDisplay display = metric.description().display();
      if (display == null || display.thresholds().isEmpty()) continue;
      hasStates = true;
      String state = value == null ? null : display.stateOf(new BigDecimal(value));
      states.put(metric.path(), Json.encode(state));
    }
    if (hasStates) root.put(Declaration.STATES, states);
    var text = new StringBuilder();
    write(root, text);
    return text.toString();
  }

  @SuppressWarnings("unchecked")
  private static void put(Map<String, Object> root, String path, String json) {
    Map<String, Object> object = root;
    String[] names = path.split("\\.");
    for (int i = 0; i < names.length - 1; i++) {
      object =
          (Map<String, Object>)
              object.computeIfAbsent(names[i], first -> new LinkedHashMap<String, Object>());
    }
    object.put(names[names.length - 1], json);
  }

  /** Writes objects whose other values are JSON texts. */
  private static void write(Map<?, ?> object, StringBuilder text) {
    String separator = "{";
    for (var entry : object.entrySet()) {
      text.append(separator).append(Json.encode(entry.getKey())).append(':');
      if (entry.getValue() instanceof Map<?, ?> inner) write(inner, text);
      else text.append(entry.getValue());
      separator = ",";
    }
    text.append(object.isEmpty() ? "{}" : "}");
  }
}
