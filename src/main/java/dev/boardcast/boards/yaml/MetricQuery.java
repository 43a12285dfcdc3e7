package dev.boardcast.boards.yaml;

import dev.boardcast.boards.yaml.DeclaredRollups.Storage;
import dev.boardcast.boards.yaml.Measure.OfFacts;
import dev.boardcast.boards.yaml.Measure.Rate;
import dev.boardcast.boards.yaml.Measure.Ratio;
import java.math.BigDecimal;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** SQL expressions that read metrics of a declared board from its rollups. */
final class MetricQuery {
  /** The key of those that are not among the first. */
  static final String OTHER = "other";

  // To which values are rounded that are not exact, if the file does not say how.
  private static final int DEFAULT_DECIMALS = 4;

  private final DeclaredRollups rollups;
  private final Map<String, DeclaredMetric> metrics;
  private final Function<DeclaredMetric, RollupScope> scopes;
  private final String ofPart;

  /**
   * @param part which part of the board as an SQL expression
   * @param scopes which rows a metric covers
   */
  MetricQuery(
      Declaration file,
      DeclaredRollups rollups,
      String part,
      Function<DeclaredMetric, RollupScope> scopes) {
    ofPart = new DeclaredParts(file).of(part);
    this.rollups = rollups;
    this.scopes = scopes;
    metrics =
        file.metrics().stream().collect(Collectors.toMap(DeclaredMetric::path, metric -> metric));
  }

  /** A statement that returns one row, with a column of JSON text per metric. */
  String statement(Declaration file) {
    return file.metrics().stream()
        .map(metric -> "(" + json(metric) + ")::text")
        .collect(Collectors.joining(",\n", "SELECT ", ""));
  }

  /** A statement that returns the keys that a metric shows by themselves. */
  String keys(DeclaredMetric metric) {
    return "SELECT key FROM json_object_keys((%s)) AS keys (key) WHERE key <> '%s'"
        .formatted(json(metric), OTHER);
  }

  private String json(DeclaredMetric metric) {
    if (metric.by().isEmpty()) return rounded(metric, number(metric));
    return byKey(metric, (OfFacts) metric.measure());
  }

  private static String rounded(DeclaredMetric metric, String number) {
    boolean isExact =
        metric.measure() instanceof OfFacts of && of.aggregate() != Measure.Aggregate.AVG;
    return metric
        .decimals()
        .map(decimals -> "round((%s)::numeric, %d)".formatted(number, decimals))
        .orElse(
            isExact
                ? "trim_scale((%s)::numeric)".formatted(number)
                : "trim_scale(round((%s)::numeric, %d))".formatted(number, DEFAULT_DECIMALS));
  }

  /** The value of a metric that is not split. */
  private String number(DeclaredMetric metric) {
    if (metric.measure() instanceof Ratio ratio) {
      return "%s * (%s)::numeric / nullif((%s), 0)"
          .formatted(
              ratio.isPercent() ? "100" : "1",
              number(metrics.get(ratio.of())),
              number(metrics.get(ratio.to())));
    }
    if (metric.measure() instanceof Rate rate) {
      DeclaredMetric of = metrics.get(rate.of());
      return "%d * (%s)::numeric / %s"
          .formatted(rate.per().toSeconds(), number(of), scopes.apply(of).seconds());
    }
    var of = (OfFacts) metric.measure();
    String value = "(SELECT v FROM (%s) AS whole)".formatted(values(of, rows(metric, "''::text")));
    return of.aggregate().isZeroWithoutFacts() ? "coalesce(" + value + ", 0)" : value;
  }

  private String byKey(DeclaredMetric metric, OfFacts of) {
    boolean isLast = of.aggregate() == Measure.Aggregate.LAST;
    // The latest value of several keys together would mean nothing.
    String named =
        "SELECT CASE WHEN place <= %d THEN r.shown ELSE '%s' END AS shown, r.*"
                .formatted(metric.top(), OTHER)
            + " FROM r LEFT JOIN placed ON placed.key = r.shown"
            + (isLast ? " WHERE place <= " + metric.top() : "");
    return """
        WITH r AS MATERIALIZED (%s), placed AS (
          SELECT shown AS key, row_number() OVER (ORDER BY v DESC NULLS LAST, shown) AS place
          FROM (%s) AS each WHERE shown <> '%s')
        SELECT coalesce(
          json_object_agg(shown, %s
            ORDER BY shown = '%s', v DESC NULLS LAST, shown), '{}')
        FROM (%s) AS each"""
        .formatted(
            rows(metric, "key"),
            values(of, "SELECT * FROM r"),
            OTHER,
            rounded(metric, "v"),
            OTHER,
            values(of, named.replace("r.*", columns(of))));
  }

  /** The columns of the rows that values are computed of. */
  private static String columns(OfFacts of) {
    return switch (of.aggregate()) {
      case COUNT -> "r.n";
      case SUM, AVG -> "r.n, r.s";
      case DISTINCT -> "r.value";
      case PERCENTILE -> "r.number, r.n";
      case MIN, MAX, LAST, APPROXIMATE_DISTINCT -> "r.number";
    };
  }

  /** The rows of a metric, each with the key to show for it. */
  private String rows(DeclaredMetric metric, String key) {
    var of = (OfFacts) metric.measure();
    RollupScope scope = scopes.apply(metric);
    if (rollups.place(metric) instanceof Storage.Sums sums) {
      return "SELECT %s AS shown, %s AS n%s FROM %s WHERE %s%s"
          .formatted(
              key,
              sums.count(),
              sums.sum() == null ? "" : ", " + sums.sum() + " AS s",
              sums.table(),
              ofPart,
              scope.rows());
    }
    var values = (Storage.ValueRows) rollups.place(metric);
    if (of.aggregate() != Measure.Aggregate.LAST) {
      return "SELECT %s AS shown, value, number, n FROM %s WHERE %smetric = %d AND %s"
          .formatted(key, values.table(), ofPart, values.metric(), scope.rows());
    }
    // An index look-up per key.
    return """
        SELECT %s AS shown, latest.number
        FROM (SELECT key FROM %s WHERE %sspan = 'all') AS known
        CROSS JOIN LATERAL (
          SELECT number FROM %s AS l
          WHERE %smetric = %d AND l.key = known.key AND n > 0 AND %s
          ORDER BY at DESC, number DESC LIMIT 1) AS latest"""
        .formatted(
            key,
            rollups.keyTable(metric.by()),
            ofPart,
            values.table(),
            ofPart,
            values.metric(),
            scope.times());
  }

  /** Selects columns {@code shown} and {@code v} of rows with a column {@code shown}. */
  private static String values(OfFacts of, String rows) {
    String from = " FROM (" + rows + ") AS rows GROUP BY shown";
    return switch (of.aggregate()) {
      case COUNT -> "SELECT shown, sum(n) AS v" + from + " HAVING sum(n) <> 0";
      case SUM -> "SELECT shown, sum(s) AS v" + from + " HAVING sum(n) <> 0";
      case AVG -> "SELECT shown, sum(s) / sum(n) AS v" + from + " HAVING sum(n) <> 0";
      case MIN -> "SELECT shown, min(number) AS v" + from;
      case MAX, LAST -> "SELECT shown, max(number) AS v" + from;
      case DISTINCT -> "SELECT shown, count(DISTINCT value) AS v" + from;
      case APPROXIMATE_DISTINCT ->
          """
          SELECT shown, distinct_estimate(count(*), sum(2 ^ -rank::float8)) AS v
          FROM (SELECT shown, max(number::integer & 63) AS rank
                FROM (%s) AS rows GROUP BY shown, number::integer >> 6) AS registers
          GROUP BY shown"""
              .formatted(rows);
      case PERCENTILE ->
          """
          SELECT shown, min(number) FILTER (WHERE upto * 100 >= total * %s) AS v
          FROM (SELECT shown, number,
                       sum(sum(n)) OVER (PARTITION BY shown ORDER BY number) AS upto,
                       sum(sum(n)) OVER (PARTITION BY shown) AS total
                FROM (%s) AS rows GROUP BY shown, number) AS bins
          GROUP BY shown"""
              .formatted(BigDecimal.valueOf(of.rank()).toPlainString(), rows);
    };
  }
}
