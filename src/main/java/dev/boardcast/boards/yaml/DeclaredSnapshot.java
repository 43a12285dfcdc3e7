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

/** Reads the metrics of a declared board from its rollups, in one statement. Immutable. */
final class DeclaredSnapshot {
  private final Declaration file;
  private final List<MetricWindow> windows;
  private final String current;
  private final String range;

  DeclaredSnapshot(Declaration file, DeclaredRollups rollups) {
    this.file = file;
    windows =
        file.metrics().stream()
            .map(DeclaredMetric::window)
            .filter(window -> !window.isAll())
            .distinct()
            .toList();
    current = new MetricQuery(file, rollups, metric -> scope(metric.window())).statement(file);
    range =
        new MetricQuery(file, rollups, metric -> RollupScope.ofRange()).statement(file)
            + RollupScope.ALL_TIMES;
  }

  /** The metrics of a moment. */
  Future<RawJson> read(SqlClient transaction, Instant now) {
    List<Instant> bounds = new ArrayList<>();
    for (MetricWindow window : windows) {
      var covered = window.at(now, file.zone());
      bounds.add(covered.from());
      bounds.add(covered.to());
    }
    return run(transaction, current, bounds);
  }

  /** The metrics of a range, whose edges are full quarters of an hour. */
  Future<RawJson> within(SqlClient client, Instant from, Instant to) {
    return run(client, range, DayRange.of(from, to, file.zone()).times());
  }

  /** Both statements, for a check that they can be prepared. */
  List<String> statements() {
    return List.of(current, range);
  }

  private RollupScope scope(MetricWindow window) {
    return RollupScope.of(window, 2 * windows.indexOf(window) + 1);
  }

  private Future<RawJson> run(SqlClient client, String sql, List<Instant> times) {
    Tuple parameters = Tuple.tuple();
    times.forEach(time -> parameters.addOffsetDateTime(time.atOffset(ZoneOffset.UTC)));
    return client
        .preparedQuery(sql)
        .execute(parameters)
        .map(rows -> RawJson.of(json(rows.iterator().next())));
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
