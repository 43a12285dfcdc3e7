package dev.boardcast.metrics.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.MetricDescription;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Makes a report of what the HTTP API answers: its numbers are those of the answer, with the same
 * digits.
 */
final class ReportReader {
  private static final int MAX_TILES = 100;
  private static final int MAX_CHARTS = 12;
  private static final int MAX_TABLES = 20;
  private static final int MAX_ROWS = 50;
  private static final String STAR = "*";
  private static final String NONE = "-";

  private final Board board;
  private final JsonNode body;
  private final JsonNode history;
  private final DateTimeFormatter times;

  private ReportReader(Board board, JsonNode body, JsonNode history, ZoneId zone) {
    this.board = board;
    this.body = body;
    this.history = history;
    times = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(zone);
  }

  /** Reads an answer: see {@link Report#of}. */
  static Report read(Board board, JsonNode body, JsonNode history, ZoneId zone) {
    return new ReportReader(board, body, history, zone).report(zone);
  }

  private Report report(ZoneId zone) {
    List<Report.Tile> tiles = new ArrayList<>();
    List<Report.Table> tables = new ArrayList<>();
    for (MetricDescription metric : board.metrics()) {
      if (metric.path().contains(STAR)) {
        if (tables.size() < MAX_TABLES) addTable(metric, tables);
      } else if (tiles.size() < MAX_TILES) {
        addTile(metric, tiles);
      }
    }
    return new Report(board.title(), lines(zone), tiles, charts(), tables);
  }

  private List<String> lines(ZoneId zone) {
    List<String> lines = new ArrayList<>();
    BoardPart.parse(board.name())
        .ifPresent(part -> part.values().forEach((name, value) -> lines.add(name + " = " + value)));
    if (body.has("from")) {
      lines.add("From %s to %s (%s)".formatted(time(body, "from"), time(body, "to"), zone.getId()));
    } else {
      lines.add("As of %s (%s)".formatted(time(body, "computed_at"), zone.getId()));
    }
    if (body.path("stale").asBoolean()) lines.add("Newer numbers are not available");
    JsonNode compared = body.path("compared");
    if (compared.has("from")) {
      lines.add("Beside %s to %s".formatted(time(compared, "from"), time(compared, "to")));
    } else if (compared.has("at")) {
      lines.add("Beside %s".formatted(time(compared, "at")));
    } else if (compared.has("with")) {
      lines.add("Beside the targets");
    }
    return lines;
  }

  private String time(JsonNode in, String field) {
    return times.format(Instant.parse(in.path(field).asText()));
  }

  private void addTile(MetricDescription metric, List<Report.Tile> tiles) {
    JsonNode value = body.path("data");
    for (String step : metric.path().split("\\.")) value = value.path(step);
    if (value.isContainerNode()) return;
    tiles.add(new Report.Tile(metric.label(), text(value), metric.unit(), other(metric.path())));
  }

  private void addTable(MetricDescription metric, List<Report.Table> tables) {
    String path = metric.path();
    int star = path.indexOf(STAR);
    boolean isOne = star == path.lastIndexOf(STAR) && star > 0;
    if (!isOne) return;
    JsonNode keyed = body.path("data");
    for (String step : path.substring(0, star - 1).split("\\.")) keyed = keyed.path(step);
    List<Report.Entry> rows = new ArrayList<>();
    for (var each : keyed.properties()) {
      JsonNode value = each.getValue();
      if (star + 2 < path.length()) {
        for (String step : path.substring(star + 2).split("\\.")) value = value.path(step);
      }
      if (value.isContainerNode() || value.isMissingNode()) continue;
      rows.add(
          new Report.Entry(each.getKey(), text(value), other(path.replace(STAR, each.getKey()))));
    }
    if (rows.isEmpty()) return;
    int shown = Math.min(rows.size(), MAX_ROWS);
    tables.add(
        new Report.Table(
            metric.label(), metric.unit(), rows.subList(0, shown), rows.size() - shown));
  }

  /** A number with the digits that it has in JSON. */
  private static String text(JsonNode value) {
    if (value.isNumber()) return value.decimalValue().toPlainString();
    return value.isNull() || value.isMissingNode() ? NONE : value.asText();
  }

  private String other(String metric) {
    JsonNode compared = body.path("comparison").path(metric);
    if (compared.isMissingNode()) return "";
    String change =
        compared.path("change").isNumber()
            ? " (%s %%)".formatted(signed(compared.path("change")))
            : "";
    return text(compared.path("value")) + change;
  }

  private static String signed(JsonNode change) {
    var number = change.decimalValue();
    return (number.signum() > 0 ? "+" : "") + number.toPlainString();
  }

  private List<Report.Chart> charts() {
    List<Report.Chart> charts = new ArrayList<>();
    for (JsonNode series : history.path("series")) {
      var metric =
          board.metrics().stream()
              .filter(each -> each.path().equals(series.path("metric").asText()))
              .findFirst();
      if (metric.isEmpty() || charts.size() == MAX_CHARTS) continue;
      List<Report.Point> points = new ArrayList<>();
      for (JsonNode point : series.path("points")) {
        points.add(
            new Report.Point(
                Instant.parse(point.get(0).asText()),
                point.get(1).isNumber() ? point.get(1).doubleValue() : Double.NaN));
      }
      long known = points.stream().filter(point -> !Double.isNaN(point.value())).count();
      if (known > 1) {
        charts.add(new Report.Chart(metric.get().label(), metric.get().unit(), points));
      }
    }
    return charts;
  }
}
