package dev.boardcast.boards.yaml;

import dev.boardcast.spi.MetricDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the snapshots of a board look like: a tree of members, for types in other languages. */
sealed interface MetricShape {
  /**
   * A number.
   *
   * @param canBeNull whether it is null while there are no facts
   * @param isWhole whether it has no decimals
   * @param description for a comment
   */
  record Value(boolean canBeNull, boolean isWhole, String description) implements MetricShape {}

  /**
   * A text.
   *
   * @param canBeNull whether it can be null
   * @param description for a comment
   */
  record Text(boolean canBeNull, String description) implements MetricShape {}

  /** The state of a metric: one of these texts, or null. */
  record State(List<String> states) implements MetricShape {}

  /** An object with these members, in their order. */
  record Members(Map<String, MetricShape> members) implements MetricShape {}

  /** An object with the same for each key. */
  record Keyed(MetricShape each) implements MetricShape {}

  /** The snapshots of a board from a file of version 2. */
  static Members of(Declaration file) {
    var root = new Members(new LinkedHashMap<>());
    var states = new LinkedHashMap<String, MetricShape>();
    for (DeclaredMetric metric : file.metrics()) {
      MetricDescription description = metric.description();
      boolean isWhole =
          metric.measure() instanceof Measure.OfFacts of
              && (of.aggregate() == Measure.Aggregate.COUNT || of.aggregate().isOfTexts());
      boolean canBeNull = metric.by().isEmpty() && !isZeroWithoutFacts(file, metric.measure());
      add(
          root,
          description.path(),
          new Value(canBeNull, isWhole && metric.decimals().isEmpty(), text(description)));
      var display = description.display();
      if (display != null && !display.thresholds().isEmpty()) {
        var names = display.thresholds().stream().map(each -> each.state()).distinct().toList();
        states.put(metric.path(), new State(names));
      }
    }
    if (!states.isEmpty()) root.members().put(Declaration.STATES, new Members(states));
    if (file.source().filter(Declaration.SourceTable::isOnlyRead).isPresent()) {
      root.members().put(Declaration.SOURCE, reading());
    }
    return root;
  }

  /** As {@link SourceReading} writes it. */
  private static Members reading() {
    var members = new LinkedHashMap<String, MetricShape>();
    members.put("mode", new Text(false, "How the source is read: watermark or clock"));
    members.put("as_of", new Text(true, "The time up to which its rows are counted, in ISO 8601"));
    members.put("delay_seconds", new Value(false, true, "How late rows are at most (s)"));
    return new Members(members);
  }

  private static boolean isZeroWithoutFacts(Declaration file, Measure measure) {
    if (measure instanceof Measure.OfFacts of) return of.aggregate().isZeroWithoutFacts();
    return measure instanceof Measure.Rate rate
        && file.metrics().stream()
            .filter(each -> each.path().equals(rate.of()))
            .allMatch(each -> isZeroWithoutFacts(file, each.measure()));
  }

  /** The snapshots of a board from a file with queries. */
  static Members of(BoardFile file) {
    var root = new Members(new LinkedHashMap<>());
    file.metrics()
        .forEach(
            (metric, position) -> {
              if (!add(root, metric.path(), new Value(true, false, text(metric)))) {
                throw InvalidBoardFileException.value(
                    position, "a metric", metric.path(), "a value or an object, not both");
              }
            });
    return root;
  }

  private static String text(MetricDescription metric) {
    return metric.label() + " (" + metric.unit() + ")";
  }

  /** Adds a value at a path; false if there is something of another kind. */
  private static boolean add(Members root, String path, Value value) {
    List<String> names = new ArrayList<>(List.of(path.split("\\.")));
    Members at = root;
    while (true) {
      String name = names.remove(0);
      boolean isKeyed = !names.isEmpty() && names.get(0).equals("*");
      if (isKeyed) names.remove(0);
      if (names.isEmpty()) {
        return at.members().putIfAbsent(name, isKeyed ? new Keyed(value) : value) == null;
      }
      MetricShape fresh = new Members(new LinkedHashMap<>());
      MetricShape known =
          at.members().computeIfAbsent(name, first -> isKeyed ? new Keyed(fresh) : fresh);
      if (isKeyed != known instanceof Keyed) return false;
      MetricShape inner = known instanceof Keyed keyed ? keyed.each() : known;
      if (!(inner instanceof Members members)) return false;
      at = members;
    }
  }
}
