package dev.boardcast.metrics.facts;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.MetricFacts.Column;
import dev.boardcast.spi.RawJson;
import dev.boardcast.web.Csv;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One page of facts, as a response.
 *
 * @param next where the next page starts; null on the last
 * @param rowsFrom before which facts were dropped; null if none were
 */
record FactsPage(FactsRequest request, List<Row> rows, String next, Instant rowsFrom) {
  private static final int FIRST_COLUMN = 2;
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Body(
      String board,
      String metric,
      String key,
      Instant from,
      Instant to,
      Aggregate aggregate,
      Instant rowsFrom,
      List<RawJson> facts,
      @JsonInclude String next) {}

  /** How the metric comes from its facts. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Aggregate(String kind, List<String> columns, String note) {
    static Aggregate of(MetricFacts facts) {
      return new Aggregate(
          facts.aggregate().name().toLowerCase(Locale.ROOT),
          facts.aggregated(),
          facts.note().orElse(null));
    }
  }

  static FactsPage of(FactsRequest request, RowSet<Row> read, Instant rowsFrom) {
    List<Row> rows = new ArrayList<>(read.size());
    read.forEach(rows::add);
    if (rows.size() <= request.limit()) return new FactsPage(request, rows, null, rowsFrom);
    Row last = rows.get(request.limit() - 1);
    var cursor = new FactsCursor(last.getOffsetDateTime(0).toInstant(), last.getString(1));
    return new FactsPage(request, rows.subList(0, request.limit()), cursor.toString(), rowsFrom);
  }

  /** Blocks while it encodes. */
  Buffer content(String board) {
    return request.isCsv() ? csv() : json(board);
  }

  private Buffer json(String board) {
    return Buffer.buffer(
        Json.encode(
            new Body(
                board,
                request.metric(),
                request.key().orElse(null),
                request.span().from().orElse(null),
                request.span().to().orElse(null),
                Aggregate.of(request.facts()),
                rowsFrom,
                rows.stream().map(row -> RawJson.of(row.getString(FIRST_COLUMN))).toList(),
                next)));
  }

  private Buffer csv() {
    List<Column> columns = request.facts().columns();
    var text =
        new StringBuilder(
            columns.stream()
                .map(Column::name)
                .map(Csv::cell)
                .collect(Collectors.joining(",", "", "\r\n")));
    for (Row row : rows) {
      for (int i = 0; i < columns.size(); i++) {
        if (i > 0) text.append(',');
        text.append(cell(row.getString(FIRST_COLUMN + i)));
      }
      text.append("\r\n");
    }
    return Buffer.buffer(text.toString());
  }

  private static String cell(String text) {
    if (text == null) return "";
    return NUMBER.matcher(text).matches() ? text : Csv.cell(text);
  }
}
