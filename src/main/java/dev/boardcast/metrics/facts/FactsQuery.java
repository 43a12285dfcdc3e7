package dev.boardcast.metrics.facts;

import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.MetricFacts.Column;
import dev.boardcast.spi.MetricFacts.Condition;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The statement that reads one page of facts: the time and the key of each, then its columns, as
 * one JSON object or each as text.
 *
 * @param parameters of the statement
 */
record FactsQuery(String sql, Tuple parameters) {
  private static final String SHOWN_TIME =
      "to_char((%s) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";

  /**
   * Reads one fact more than the page has, which shows that there is another page.
   *
   * @param ownKeys the keys that are shown by themselves, if the rest of them is asked for
   */
  static FactsQuery of(FactsRequest request, List<String> ownKeys) {
    MetricFacts facts = request.facts();
    var parameters = Tuple.tuple();
    var where = new ArrayList<String>();
    for (Condition each : facts.conditions()) where.add(condition(each, parameters));
    facts.group().ifPresent(group -> where.add("(" + group + ") IS NOT NULL"));
    request.key().ifPresent(key -> where.add(ofKey(request, key, ownKeys, parameters)));
    Optional<Instant> from =
        request.span().from().or(() -> request.span().to().map(to -> MetricFacts.FIRST));
    from.ifPresent(at -> where.add(facts.time() + " >= " + time(at, parameters)));
    request.span().to().ifPresent(at -> where.add(facts.time() + " < " + time(at, parameters)));
    String key = facts.key() + facts.keyType().order();
    request
        .after()
        .ifPresent(
            cursor -> {
              cursor.addTo(parameters, facts.keyType());
              int last = parameters.size();
              where.add(
                  "(%s, %s) < ($%d, $%d::%s)"
                      .formatted(facts.time(), key, last - 1, last, facts.keyType().type()));
              // A relation that is a subquery may know less of the key than of the time.
              where.add("%s <= $%d".formatted(facts.time(), last - 1));
            });
    parameters.addInteger(request.limit() + 1);
    // The columns of a page are computed for its rows alone.
    String page =
        "SELECT %s AS fact_at, %s AS fact_key, %s FROM %s%s ORDER BY %s DESC, %s DESC LIMIT $%d"
            .formatted(
                facts.time(),
                facts.key(),
                columns(facts.columns()),
                facts.relation(),
                where.isEmpty() ? "" : " WHERE " + String.join(" AND ", where),
                facts.time(),
                key,
                parameters.size());
    String shown = request.isCsv() ? texts(facts.columns()) : object(facts.columns());
    return new FactsQuery(
        "SELECT page.fact_at, page.fact_key::text, %s FROM (%s) AS page ORDER BY 1 DESC, page.fact_key%s DESC"
            .formatted(shown, page, facts.keyType().order()),
        parameters);
  }

  private static String ofKey(
      FactsRequest request, String key, List<String> ownKeys, Tuple parameters) {
    String group = "(" + request.facts().group().get() + ")";
    if (request.rest().isEmpty()) return group + " = " + text(key, parameters);
    parameters.addArrayOfString(ownKeys.toArray(String[]::new));
    return group + " <> ALL ($" + parameters.size() + "::text[])";
  }

  private static String condition(Condition condition, Tuple parameters) {
    var sql = new StringBuilder("(");
    int at = 0;
    for (Object value : condition.values()) {
      int mark = condition.sql().indexOf('?', at);
      if (mark < 0) throw new IllegalArgumentException("a condition has more values than marks");
      parameters.addValue(value);
      sql.append(condition.sql(), at, mark).append('$').append(parameters.size());
      at = mark + 1;
    }
    return sql.append(condition.sql().substring(at)).append(')').toString();
  }

  private static String text(String value, Tuple parameters) {
    parameters.addString(value);
    return "$" + parameters.size() + "::text";
  }

  private static String time(Instant at, Tuple parameters) {
    parameters.addOffsetDateTime(at.atOffset(ZoneOffset.UTC));
    return "$" + parameters.size() + "::timestamptz";
  }

  private static String columns(List<Column> columns) {
    return IntStream.range(0, columns.size())
        .mapToObj(
            i -> {
              Column column = columns.get(i);
              String sql = column.isTime() ? SHOWN_TIME.formatted(column.sql()) : column.sql();
              return "(" + sql + ") AS c" + i;
            })
        .collect(Collectors.joining(", "));
  }

  private static String texts(List<Column> columns) {
    return IntStream.range(0, columns.size())
        .mapToObj(i -> "page.c" + i + "::text")
        .collect(Collectors.joining(", "));
  }

  private static String object(List<Column> columns) {
    return IntStream.range(0, columns.size())
        .mapToObj(i -> "page.c" + i + " AS \"" + columns.get(i).name().replace("\"", "\"\"") + '"')
        .collect(
            Collectors.joining(
                ", ", "(SELECT row_to_json(fact) FROM (SELECT ", ") AS fact)::text"));
  }
}
