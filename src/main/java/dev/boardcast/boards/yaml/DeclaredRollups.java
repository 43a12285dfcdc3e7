package dev.boardcast.boards.yaml;

import dev.boardcast.boards.yaml.Measure.Aggregate;
import dev.boardcast.boards.yaml.Measure.OfFacts;
import dev.boardcast.spi.FactRelation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The rollup tables of a declared board, and the statements that fold facts into them.
 *
 * <ul>
 *   <li>Sums and counts: a table for all facts and one per dimension, whose columns are counts and
 *       sums.
 *   <li>Values: how often each value occurs, for metrics that sums do not suffice for. A value that
 *       is taken back is subtracted from its count.
 *   <li>Last values, with their times.
 * </ul>
 *
 * <p>Rows are per span: of all time, of a day in the board's zone, of a quarter of an hour, and of
 * a minute where a window needs it. Sums by the minute are kept from the board's horizon on.
 * Immutable.
 */
final class DeclaredRollups {
  /** What a metric reads, by its kind. */
  sealed interface Storage {
    /**
     * Columns of a table of sums.
     *
     * @param sum null if only facts are counted
     */
    record Sums(String table, String count, String sum) implements Storage {}

    /** Rows of the table of values, or of last values. */
    record ValueRows(String table, int metric) implements Storage {}
  }

  private record Sum(Optional<FileSql> value, Optional<FileSql> where, boolean hasSum) {}

  private static final class Cube {
    private final Map<String, Sum> columns = new LinkedHashMap<>();
    private boolean hasMinutes;
  }

  private record Series(OfFacts measure, Optional<String> by) {}

  private final Declaration file;
  private final FactRelation facts;
  private final Map<Optional<String>, Cube> cubes = new LinkedHashMap<>();
  private final Map<String, Integer> seriesIds = new LinkedHashMap<>();
  private final List<Series> values = new ArrayList<>();
  private final List<Series> lasts = new ArrayList<>();
  private final Map<String, Storage> places = new LinkedHashMap<>();
  private final String prefix;
  private final DeclaredParts parts;
  private boolean valuesHaveMinutes;

  DeclaredRollups(Declaration file, FactRelation facts) {
    this.file = file;
    this.facts = facts;
    prefix = file.name() + "_r" + definition(file, facts).substring(0, 8);
    parts = new DeclaredParts(file);
    cubes.put(Optional.empty(), new Cube());
    for (DeclaredMetric metric : ordered(file)) add(metric, (OfFacts) metric.measure());
  }

  /** A digest of all that the content of the rollups depends on. */
  static String definition(Declaration file, FactRelation facts) {
    var text = new StringBuilder();
    text.append(facts.table()).append(facts.isSigned()).append(file.time()).append(file.zone());
    // Their order too: rows have the values by position.
    for (DeclaredParameter each : file.parameters()) {
      text.append("\0parameter ").append(each.name()).append(' ').append(each.column());
    }
    for (DeclaredMetric metric : ordered(file)) text.append('\0').append(definition(file, metric));
    return BoardFile.digest(text.toString());
  }

  private static String definition(Declaration file, DeclaredMetric metric) {
    var of = (OfFacts) metric.measure();
    int length = metric.window().isMinutes() ? metric.window().length() : 0;
    return String.join(
        "\0",
        of.aggregate().name(),
        text(of.value()),
        text(of.where()),
        metric.by().map(by -> place(file, by) + file.dimensions().get(by).text()).orElse(""),
        Integer.toString(length));
  }

  /** The metrics of facts, in an order that does not depend on the one of the file. */
  private static List<DeclaredMetric> ordered(Declaration file) {
    return file.metrics().stream()
        .filter(metric -> metric.measure() instanceof OfFacts)
        .sorted(Comparator.comparing(metric -> definition(file, metric)))
        .toList();
  }

  private static int place(Declaration file, String dimension) {
    return List.copyOf(file.dimensions().keySet()).indexOf(dimension);
  }

  /** Where the value of a metric of facts is read. */
  Storage place(DeclaredMetric metric) {
    return Objects.requireNonNull(places.get(metric.path()), metric.path());
  }

  /** The tables, the one of all sums first. */
  List<String> tables() {
    List<String> tables = new ArrayList<>();
    cubes.keySet().forEach(by -> tables.add(table(by)));
    if (!values.isEmpty()) tables.add(valuesTable());
    if (!lasts.isEmpty()) tables.add(lastTable());
    return tables;
  }

  /** The tables with sums by the minute. */
  List<String> minuteTables() {
    List<String> tables = new ArrayList<>();
    cubes.forEach(
        (by, cube) -> {
          if (cube.hasMinutes) tables.add(table(by));
        });
    if (valuesHaveMinutes) tables.add(valuesTable());
    return tables;
  }

  /** The end of a condition on rows of a table, so that its index is used. */
  String allMetrics(String table) {
    if (!table.equals(valuesTable())) return "";
    return IntStream.range(0, values.size())
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", ", " AND metric IN (", ")"));
  }

  /** The table of all sums, of which an audit can recompute one bucket. */
  String mainTable() {
    return table(Optional.empty());
  }

  /** The table with a row per key of a dimension. */
  String keyTable(Optional<String> by) {
    return table(by);
  }

  /** The SQL expression of a fact's day in the board's zone. */
  private String day() {
    return "date_trunc('day', f.at, '" + file.zone().getId() + "')";
  }

  /** Statements that create the tables. */
  List<String> create(String kind) {
    List<String> statements = new ArrayList<>();
    cubes.forEach(
        (by, cube) -> {
          var columns = new StringBuilder();
          cube.columns.forEach(
              (name, sum) -> {
                columns.append(", n").append(name).append(" bigint NOT NULL");
                if (sum.hasSum()) columns.append(", s").append(name).append(" numeric NOT NULL");
              });
          table(
              statements,
              kind,
              table(by),
              """
              (%skey text COLLATE "C" NOT NULL, span text COLLATE "C" NOT NULL,
               bucket timestamptz NOT NULL, facts bigint NOT NULL%s,
               PRIMARY KEY (%sspan, bucket, key))"""
                  .formatted(parts.column(), columns, parts.key()),
              "facts");
          byTime(statements, table(by));
        });
    if (!values.isEmpty()) {
      table(
          statements,
          kind,
          valuesTable(),
          """
          (%smetric integer NOT NULL, key text COLLATE "C" NOT NULL, span text COLLATE "C" NOT NULL,
           bucket timestamptz NOT NULL, value text COLLATE "C" NOT NULL, number numeric NOT NULL,
           n bigint NOT NULL, PRIMARY KEY (%smetric, span, bucket, key, value, number))"""
              .formatted(parts.column(), parts.key()),
          "n");
      byTime(statements, valuesTable());
    }
    if (!lasts.isEmpty()) {
      table(
          statements,
          kind,
          lastTable(),
          """
          (%smetric integer NOT NULL, key text COLLATE "C" NOT NULL, at timestamptz NOT NULL,
           number numeric NOT NULL, n bigint NOT NULL, PRIMARY KEY (%smetric, key, at, number))"""
              .formatted(parts.column(), parts.key()),
          "n");
    }
    return statements;
  }

  private void table(
      List<String> statements, String kind, String name, String columns, String count) {
    statements.add("CREATE %sTABLE %s %s WITH (fillfactor = 70)".formatted(kind, name, columns));
    // Rows that were taken back completely are found by it and deleted.
    if (facts.isSigned()) {
      statements.add("CREATE INDEX ON %1$s (%2$s) WHERE %2$s = 0".formatted(name, count));
    }
  }

  /**
   * With parameters, rows of all parts at one time are found by it: by audits, and to forget them.
   */
  private void byTime(List<String> statements, String table) {
    if (!parts.isEmpty()) statements.add("CREATE INDEX ON %s (span, bucket)".formatted(table));
  }

  /** The statements for {@link dev.boardcast.spi.Board#fold}. */
  List<String> fold() {
    List<String> statements = new ArrayList<>();
    cubes.forEach((by, cube) -> statements.add(foldSums(by, cube)));
    if (!values.isEmpty()) statements.add(foldValues());
    if (!lasts.isEmpty()) statements.add(foldLasts());
    if (facts.isSigned()) {
      cubes.keySet().forEach(by -> statements.add(deleteEmpty(table(by), "facts")));
      if (!values.isEmpty()) statements.add(deleteEmpty(valuesTable(), "n"));
      if (!lasts.isEmpty()) statements.add(deleteEmpty(lastTable(), "n"));
    }
    return statements;
  }

  private String foldSums(Optional<String> by, Cube cube) {
    var expressions = new FactExpressions();
    List<String> names = new ArrayList<>(List.of("key", "span", "bucket", "facts"));
    List<String> columns =
        new ArrayList<>(
            List.of(
                expressions.key(by.map(file.dimensions()::get)),
                "b.span",
                "b.bucket",
                "sum(f.sign)"));
    cube.columns.forEach(
        (name, sum) -> {
          String where = expressions.where(sum.where());
          if (sum.hasSum()) {
            String number = expressions.number(sum.value().orElseThrow());
            names.add("n" + name);
            columns.add(count(where + " AND " + number + " IS NOT NULL"));
            names.add("s" + name);
            columns.add("coalesce(sum(f.sign * %s) FILTER (WHERE %s), 0)".formatted(number, where));
          } else {
            names.add("n" + name);
            columns.add(
                count(
                    sum.value()
                        .map(value -> where + " AND " + expressions.isPresent(value))
                        .orElse(where)));
          }
        });
    String added =
        names.stream()
            .skip(3)
            .map(name -> "%1$s = r.%1$s + excluded.%1$s".formatted(name))
            .collect(Collectors.joining(", "));
    String joined = parts.joined(expressions);
    return expressions.with(facts)
        + """
        INSERT INTO %s AS r (%s%s)
        SELECT %s%s
        FROM f CROSS JOIN LATERAL %s%s
        WHERE b.bucket IS NOT NULL%s GROUP BY %s1, 2, 3
        ON CONFLICT (%sspan, bucket, key) DO UPDATE SET %s"""
            .formatted(
                table(by),
                parts.key(),
                String.join(", ", names),
                parts.selected(),
                String.join(",\n  ", columns),
                buckets(cube.hasMinutes),
                joined,
                parts.counts(),
                parts.isEmpty() ? "" : "4, ",
                parts.key(),
                added);
  }

  private static String count(String where) {
    return "coalesce(sum(f.sign) FILTER (WHERE " + where + "), 0)";
  }

  private String foldValues() {
    var expressions = new FactExpressions();
    List<String> rows = new ArrayList<>();
    for (Series series : values) {
      FileSql value = series.measure().value().orElseThrow();
      boolean isText = series.measure().aggregate() == Aggregate.DISTINCT;
      String number =
          switch (series.measure().aggregate()) {
            case PERCENTILE -> expressions.bin(value);
            case APPROXIMATE_DISTINCT -> expressions.cell(value);
            case DISTINCT -> "0";
            default -> expressions.number(value);
          };
      rows.add(
          "(%d, %s, %s, %s, %s)"
              .formatted(
                  values.indexOf(series),
                  expressions.key(series.by().map(file.dimensions()::get)),
                  isText ? expressions.text(value) : "''",
                  number,
                  expressions.where(series.measure().where())));
    }
    String joined = parts.joined(expressions);
    return expressions.with(facts)
        + """
        INSERT INTO %s AS r (%smetric, key, span, bucket, value, number, n)
        SELECT %sv.metric, v.key, b.span, b.bucket, v.value, v.number, sum(f.sign)
        FROM f CROSS JOIN LATERAL %s
        CROSS JOIN LATERAL (VALUES %s) AS v (metric, key, value, number, counts)%s
        WHERE b.bucket IS NOT NULL AND v.counts
          AND v.value IS NOT NULL AND v.number IS NOT NULL%s
        GROUP BY %sv.metric, v.key, b.span, b.bucket, v.value, v.number HAVING sum(f.sign) <> 0
        ON CONFLICT (%smetric, span, bucket, key, value, number)
          DO UPDATE SET n = r.n + excluded.n"""
            .formatted(
                valuesTable(),
                parts.key(),
                parts.selected(),
                buckets(valuesHaveMinutes),
                String.join(",\n  ", rows),
                joined,
                parts.counts(),
                parts.selected(),
                parts.key());
  }

  private String foldLasts() {
    var expressions = new FactExpressions();
    List<String> rows = new ArrayList<>();
    for (Series series : lasts) {
      rows.add(
          "(%d, %s, %s, %s)"
              .formatted(
                  lasts.indexOf(series),
                  expressions.key(series.by().map(file.dimensions()::get)),
                  expressions.number(series.measure().value().orElseThrow()),
                  expressions.where(series.measure().where())));
    }
    String joined = parts.joined(expressions);
    return expressions.with(facts)
        + """
        INSERT INTO %s AS r (%smetric, key, at, number, n)
        SELECT %sv.metric, v.key, f.at, v.number, sum(f.sign)
        FROM f CROSS JOIN LATERAL (VALUES %s) AS v (metric, key, number, counts)%s
        WHERE f.at IS NOT NULL AND v.counts AND v.number IS NOT NULL%s
        GROUP BY %sv.metric, v.key, f.at, v.number HAVING sum(f.sign) <> 0
        ON CONFLICT (%smetric, key, at, number) DO UPDATE SET n = r.n + excluded.n"""
            .formatted(
                lastTable(),
                parts.key(),
                parts.selected(),
                String.join(",\n  ", rows),
                joined,
                parts.counts(),
                parts.selected(),
                parts.key());
  }

  private static String deleteEmpty(String table, String count) {
    return "DELETE FROM %s WHERE %s = 0 AND $1::pg_snapshot IS NOT NULL".formatted(table, count);
  }

  private String buckets(boolean hasMinutes) {
    return """
        (VALUES ('all', timestamptz '-infinity'), ('day', %s),
          ('quarter', date_bin('15 minutes', f.at, timestamptz 'epoch'))%s) AS b (span, bucket)"""
        .formatted(
            day(),
            hasMinutes
                ? """
                ,
                  ('minute', CASE WHEN f.at >= (SELECT horizon FROM board_file WHERE board = '%s')
                             THEN date_bin('1 minute', f.at, timestamptz 'epoch') END)"""
                    .formatted(file.name())
                : "");
  }

  private void add(DeclaredMetric metric, OfFacts measure) {
    boolean isMinutes = metric.window().isMinutes();
    // It tells whether any window of minutes has facts.
    cubes.get(Optional.<String>empty()).hasMinutes |= isMinutes;
    if (measure.aggregate().isSum()) {
      Cube cube = cubes.computeIfAbsent(metric.by(), first -> new Cube());
      cube.hasMinutes |= isMinutes;
      var sum = new Sum(measure.value(), measure.where(), measure.aggregate() != Aggregate.COUNT);
      String name = column(cube, sum);
      places.put(
          metric.path(),
          new Storage.Sums(table(metric.by()), "n" + name, sum.hasSum() ? "s" + name : null));
      return;
    }
    // Last values need the keys that there are.
    cubes.computeIfAbsent(metric.by(), first -> new Cube());
    boolean isLast = measure.aggregate() == Aggregate.LAST;
    valuesHaveMinutes |= isMinutes && !isLast;
    List<Series> all = isLast ? lasts : values;
    int id =
        seriesIds.computeIfAbsent(
            key(metric, measure),
            first -> {
              all.add(new Series(measure, metric.by()));
              return all.size() - 1;
            });
    places.put(metric.path(), new Storage.ValueRows(isLast ? lastTable() : valuesTable(), id));
  }

  private static String column(Cube cube, Sum sum) {
    for (var known : cube.columns.entrySet()) {
      boolean isSame =
          known.getValue().hasSum() == sum.hasSum()
              && text(known.getValue().value()).equals(text(sum.value()))
              && text(known.getValue().where()).equals(text(sum.where()));
      if (isSame) return known.getKey();
    }
    String name = Integer.toString(cube.columns.size() + 1);
    cube.columns.put(name, sum);
    return name;
  }

  /** Metrics that need the same rows share them: all percentiles, the least and the greatest. */
  private static String key(DeclaredMetric metric, OfFacts measure) {
    String kind =
        switch (measure.aggregate()) {
          case MIN, MAX -> "number";
          case DISTINCT -> "text";
          case APPROXIMATE_DISTINCT -> "cell";
          case PERCENTILE -> "bin";
          default -> "last";
        };
    return String.join(
        "\0", kind, text(measure.value()), text(measure.where()), metric.by().orElse(""));
  }

  private static String text(Optional<FileSql> sql) {
    return sql.map(FileSql::text).orElse("");
  }

  private String table(Optional<String> by) {
    return by.isEmpty() ? prefix + "_sums" : prefix + "_sums_" + place(file, by.get());
  }

  private String valuesTable() {
    return prefix + "_values";
  }

  private String lastTable() {
    return prefix + "_last";
  }
}
