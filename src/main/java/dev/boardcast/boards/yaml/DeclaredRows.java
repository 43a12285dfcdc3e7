package dev.boardcast.boards.yaml;

import dev.boardcast.boards.yaml.Measure.OfFacts;
import dev.boardcast.boards.yaml.Measure.Rate;
import dev.boardcast.boards.yaml.Measure.Ratio;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.FactRelation;
import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.MetricFacts.Key;
import dev.boardcast.spi.MetricFacts.Span;
import java.util.Optional;

/** The facts behind each metric of a declared board. */
final class DeclaredRows {
  // No column of a declaration has this name: it starts with a letter.
  private static final String VALUE = "_value";

  private final Declaration file;
  private final FactRelation facts;
  private final BoardPart part;

  /**
   * @param part whose facts are shown
   */
  DeclaredRows(Declaration file, FactRelation facts, BoardPart part) {
    this.file = file;
    this.facts = facts;
    this.part = part;
  }

  /**
   * The facts of a metric.
   *
   * @param path with or without {@code .*}
   */
  Optional<MetricFacts> of(String path) {
    String name = path.endsWith(".*") ? path.substring(0, path.length() - 2) : path;
    return file.metrics().stream()
        .filter(metric -> metric.path().equals(name))
        .findFirst()
        .map(this::of);
  }

  private MetricFacts of(DeclaredMetric metric) {
    if (file.source().isPresent()) {
      return MetricFacts.none(
          "it counts rows of the table " + file.source().get().key() + ", which are read there");
    }
    if (metric.measure() instanceof Ratio ratio) {
      return MetricFacts.none("it is %s divided by %s".formatted(ratio.of(), ratio.to()));
    }
    if (metric.measure() instanceof Rate rate) {
      return MetricFacts.none(
          "it is %s per %d seconds".formatted(rate.of(), rate.per().toSeconds()));
    }
    return rows(metric, (OfFacts) metric.measure());
  }

  private MetricFacts rows(DeclaredMetric metric, OfFacts measure) {
    String time = FileRollup.quoted(facts.time());
    var rows = MetricFacts.of(FileRollup.quoted(facts.table()), time, Key.NUMBER, "id");
    rows = rows.time(facts.time(), time);
    for (String column : facts.columns().keySet()) {
      if (!column.equals(facts.time())) rows = rows.column(column, FileRollup.quoted(column));
    }
    rows = rows.column(FactFields.EVENT_ID, FactFields.EVENT_ID);
    for (DeclaredParameter parameter : file.parameters()) {
      String value = part.values().get(parameter.name());
      if (value != null) rows = rows.where("(" + parameter.value() + ") = ?::text", value);
    }
    if (measure.where().isPresent()) {
      rows = rows.where("coalesce((%s\n), false)".formatted(measure.where().get().text()));
    }
    if (metric.by().isPresent()) {
      rows =
          rows.groupedBy(
              "coalesce(value_text((%s\n)), '%s')"
                  .formatted(
                      file.dimensions().get(metric.by().get()).text(), FactExpressions.NONE));
    }
    MetricWindow window = metric.window();
    if (!window.isAll()) {
      rows =
          rows.during(
              now -> {
                var span = window.at(now, file.zone());
                return Span.between(span.from(), span.to());
              });
    }
    return measured(rows, measure);
  }

  private static MetricFacts measured(MetricFacts rows, OfFacts measure) {
    if (measure.value().isEmpty()) return rows;
    String sql = measure.value().get().text();
    boolean isNumber = measure.aggregate().takesNumbers();
    String value =
        (isNumber ? "finite_number((%s\n)::numeric)" : "value_text((%s\n))").formatted(sql);
    MetricFacts valued = rows.where("(%s) IS NOT NULL".formatted(value)).column(VALUE, value);
    return switch (measure.aggregate()) {
      case COUNT -> valued;
      case SUM -> valued.summed(VALUE);
      case AVG -> valued.averaged(VALUE);
      case DISTINCT -> valued.distinct(VALUE);
      case APPROXIMATE_DISTINCT ->
          valued.other(
              "how many different values there are, estimated with a standard error of %s %%"
                  .formatted(Measure.STANDARD_ERROR_PERCENT));
      case LAST ->
          valued.other("the value of the newest fact; of several at one time the greatest");
      case MIN -> valued.other("the least value");
      case MAX -> valued.other("the greatest value");
      case PERCENTILE ->
          valued.other("percentile %s of the values, within 1 %%".formatted(measure.rank()));
    };
  }
}
