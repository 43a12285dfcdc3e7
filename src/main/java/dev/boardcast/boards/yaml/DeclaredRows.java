package dev.boardcast.boards.yaml;

import dev.boardcast.boards.yaml.Measure.Aggregate;
import dev.boardcast.boards.yaml.Measure.OfFacts;
import dev.boardcast.boards.yaml.Measure.Rate;
import dev.boardcast.boards.yaml.Measure.Ratio;
import dev.boardcast.boards.yaml.MetricWindow.TimeSpan;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.FactRelation;
import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.MetricFacts.Key;
import dev.boardcast.spi.MetricFacts.Span;
import dev.boardcast.spi.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The facts behind each metric of a declared board. */
final class DeclaredRows {
  // No column of a declaration has this name: it starts with a letter.
  private static final String VALUE = "_value";

  private final Declaration file;
  private final FactRelation facts;
  private final DeclaredSnapshot snapshot;
  private final BoardPart part;

  /**
   * @param part whose facts are shown
   */
  DeclaredRows(Declaration file, FactRelation facts, DeclaredSnapshot snapshot, BoardPart part) {
    this.file = file;
    this.facts = facts;
    this.snapshot = snapshot;
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
    var rows = facts.isSigned() ? SignedFacts.of(facts) : ownFacts();
    for (DeclaredParameter parameter : file.parameters()) {
      String value = part.values().get(parameter.name());
      if (value != null) rows = rows.where("?::text = (" + parameter.value() + ")", value);
    }
    if (measure.where().isPresent()) {
      rows = rows.where("coalesce((%s\n), false)".formatted(measure.where().get().text()));
    }
    if (metric.by().isPresent()) rows = grouped(rows, metric, measure);
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

  private MetricFacts ownFacts() {
    String time = FileRollup.quoted(facts.time());
    var rows = MetricFacts.of(FileRollup.quoted(facts.table()), time, Key.NUMBER, "id");
    rows = columns(rows, facts);
    return rows.column(FactFields.EVENT_ID, FactFields.EVENT_ID);
  }

  /** Shows all columns, the time first. */
  static MetricFacts columns(MetricFacts rows, FactRelation facts) {
    var shown = rows.time(facts.time(), FileRollup.quoted(facts.time()));
    for (String column : facts.columns().keySet()) {
      if (!column.equals(facts.time())) shown = shown.column(column, FileRollup.quoted(column));
    }
    return shown;
  }

  private MetricFacts grouped(MetricFacts rows, DeclaredMetric metric, OfFacts measure) {
    String dimension = file.dimensions().get(metric.by().get()).text();
    var grouped =
        rows.groupedBy(
            "coalesce(value_text((%s\n)), '%s')".formatted(dimension, FactExpressions.NONE));
    // The latest value of several keys together would mean nothing.
    return measure.aggregate() == Aggregate.LAST
        ? grouped
        : grouped.rest(
            MetricQuery.OTHER,
            (tx, span, now) ->
                snapshot.shownKeys(tx, metric, now, span.map(DeclaredRows::range), values()));
  }

  /** The values of the part, in the order of the parameters; empty for the whole board. */
  private List<String> values() {
    if (part.values().isEmpty()) return List.of();
    return file.parameters().stream().map(each -> part.values().get(each.name())).toList();
  }

  /**
   * A range of time that the rollups can tell.
   *
   * @throws Problem 400 for any other
   */
  private static TimeSpan range(Span span) {
    return new TimeSpan(
        edge("from", span.from().orElse(MetricFacts.FIRST)),
        edge("to", span.to().orElse(DeclaredBoard.LAST)));
  }

  private static Instant edge(String name, Instant time) {
    boolean isEdge =
        time.getNano() == 0 && time.getEpochSecond() % DeclaredBoard.QUARTER.toSeconds() == 0;
    if (isEdge) return time;
    throw Problem.invalid(
        name,
        "a full quarter of an hour, as the key %s is all that is not shown of such a range"
            .formatted(MetricQuery.OTHER));
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
