package dev.boardcast.boards.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The board that a {@link BoardFile} describes: its rollup, if it has one, and its queries. */
final class YamlBoard implements Board {
  // The settings end with the savepoint.
  private static final String BEGIN =
      """
      SAVEPOINT board_file;
      SET LOCAL transaction_read_only = on;
      SET LOCAL statement_timeout = %d;
      SET LOCAL enable_seqscan = on""";
  private static final String END = "ROLLBACK TO SAVEPOINT board_file; RELEASE board_file";

  private final BoardFile file;
  private final ActiveBoardFile active;

  YamlBoard(BoardFile file) {
    this.file = file;
    active = new ActiveBoardFile(file);
  }

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public String title() {
    return file.title();
  }

  @Override
  public List<MetricDescription> metrics() {
    return file.descriptions();
  }

  @Override
  public List<String> facts() {
    return List.copyOf(file.facts());
  }

  @Override
  public List<String> fold() {
    return file.rollup().map(FileRollup::fold).stream().toList();
  }

  @Override
  public List<String> rollups() {
    return file.rollup().map(FileRollup::table).stream().toList();
  }

  @Override
  public Optional<MetricFacts> rows(String metric) {
    return Optional.of(
        MetricFacts.none("it is computed by SQL of a file, which does not say of which rows"));
  }

  @Override
  public boolean isForeignSql() {
    return true;
  }

  @Override
  public Set<String> triggers() {
    return file.triggers().hints().keySet();
  }

  @Override
  public Duration minInterval() {
    return file.refresh();
  }

  @Override
  public Future<Boolean> mayCompute(SqlClient client) {
    return active.isActive(client);
  }

  @Override
  public Future<Optional<Instant>> nextChange(SqlClient transaction, Instant now) {
    return Future.succeededFuture(file.triggers().clock().map(now::plus));
  }

  @Override
  public Future<RawJson> afterFold(SqlClient transaction, Instant now) {
    var locked = active.lock(transaction);
    var followed = FollowedSources.require(transaction, file.facts());
    var data = snapshot(transaction, now);
    return locked.compose(held -> followed).compose(follows -> data);
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    // Pipelined: one connection runs the statements in order.
    var begun = transaction.query(BEGIN.formatted(file.timeout().toMillis())).execute();
    Map<String, Future<JsonNode>> groups = new LinkedHashMap<>();
    var numbers = file.numbers().map(sql -> query("numbers", sql).run(transaction));
    file.groups()
        .forEach((name, sql) -> groups.put(name, query("group " + name, sql).run(transaction)));
    var ended = transaction.query(END).execute();
    List<Future<?>> steps = new ArrayList<>(List.of(begun));
    numbers.ifPresent(steps::add);
    steps.addAll(groups.values());
    steps.add(ended);
    return inOrder(steps)
        .map(
            done -> {
              ObjectNode data = Json.MAPPER.createObjectNode();
              numbers.ifPresent(rows -> putNumbers(data, rows.result()));
              groups.forEach((name, rows) -> data.set(name, byKey(name, rows.result())));
              ShareRest.add(file, data);
              return RawJson.encode(data);
            });
  }

  /** Completes with the first failure, which is the cause of those after it. */
  private static Future<Void> inOrder(List<Future<?>> steps) {
    Future<Void> all = Future.succeededFuture();
    for (Future<?> step : steps) all = all.compose(before -> step.mapEmpty());
    return all;
  }

  private FileQuery query(String what, FileSql sql) {
    return new FileQuery(what, sql, file.maxRows(), file.timeout());
  }

  private void putNumbers(ObjectNode data, JsonNode rows) {
    if (rows.size() > 1) {
      throw query("numbers", file.numbers().orElseThrow()).failed("returns more than one row");
    }
    for (MetricDescription metric : file.descriptions()) {
      // Stays null if the query returns no row.
      if (!metric.path().contains(".")) data.putNull(metric.path());
    }
    var query = query("numbers", file.numbers().orElseThrow());
    rows.forEach(
        row -> row.properties().forEach(each -> data.set(each.getKey(), finite(query, each))));
  }

  /** The value of a column; a number that is not finite arrives as text. */
  private static JsonNode finite(FileQuery query, Map.Entry<String, JsonNode> column) {
    if (!column.getValue().isTextual()) return column.getValue();
    throw query.failed(
        "returns %s as %s, expected a finite number"
            .formatted(column.getValue().asText(), column.getKey()));
  }

  private JsonNode byKey(String group, JsonNode rows) {
    ObjectNode keys = Json.MAPPER.createObjectNode();
    var query = query("group " + group, file.groups().get(group));
    String absent = absentKey(rows);
    for (JsonNode row : rows) {
      var columns = new ArrayList<>(row.properties());
      JsonNode first = columns.get(0).getValue();
      String key = first.isNull() ? absent : first.asText();
      if (keys.has(key)) {
        throw query.failed("returns the key " + key + " twice");
      }
      if (columns.size() == 2) {
        keys.set(key, finite(query, columns.get(1)));
      } else {
        ObjectNode values = keys.putObject(key);
        columns
            .subList(1, columns.size())
            .forEach(each -> values.set(each.getKey(), finite(query, each)));
      }
    }
    return keys;
  }

  /** The key that stands for NULL: the first of these that no row has as a text. */
  private static String absentKey(JsonNode rows) {
    Set<String> taken = new HashSet<>();
    for (JsonNode row : rows) {
      JsonNode first = row.properties().iterator().next().getValue();
      if (!first.isNull()) taken.add(first.asText());
    }
    return Stream.concat(
            Stream.of("none", "NULL"), IntStream.iterate(2, i -> i + 1).mapToObj(i -> "NULL " + i))
        .filter(key -> !taken.contains(key))
        .findFirst()
        .orElseThrow();
  }
}
