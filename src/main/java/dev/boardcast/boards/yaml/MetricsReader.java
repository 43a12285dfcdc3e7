package dev.boardcast.boards.yaml;

import dev.boardcast.boards.yaml.Measure.Aggregate;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricDescription.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the metrics of a board file of version 2. */
final class MetricsReader {
  static final int MAX_METRICS = 100;

  private static final int DEFAULT_TOP = 20;
  private static final int MAX_TOP = 200;
  private static final int MAX_DECIMALS = 10;
  private static final Pattern PATH =
      Pattern.compile("[a-z][A-Za-z0-9_]{0,39}(\\.[a-z][A-Za-z0-9_]{0,39}){0,2}");
  private static final Map<String, Duration> PERIODS =
      Map.of(
          "second", Duration.ofSeconds(1),
          "minute", Duration.ofMinutes(1),
          "hour", Duration.ofHours(1),
          "day", Duration.ofDays(1));
  static final List<String> MEASURES =
      List.of(
          "count", "sum", "avg", "min", "max", "distinct", "percentile", "last", "ratio", "rate");
  static final List<String> OTHERS =
      List.of("rank", "approximate", "per", "where", "by", "top", "window", "label", "unit");

  private final YamlValue.Keyed named;
  private final Set<String> dimensions;
  private final Map<String, DeclaredMetric> metrics = new LinkedHashMap<>();

  MetricsReader(YamlValue.Keyed named, Set<String> dimensions) {
    this.named = named;
    this.dimensions = dimensions;
  }

  List<DeclaredMetric> metrics() {
    if (named.entries().isEmpty()) {
      throw new InvalidBoardFileException(named.position(), "metrics is empty, expected metrics");
    }
    BoardFileLimits.atMost(MAX_METRICS, named.entries().size(), "metrics", named.position());
    for (String path : named.entries().keySet()) {
      var position = named.keys().get(path);
      if (!PATH.matcher(path).matches()) {
        throw InvalidBoardFileException.value(
            position,
            "a metric",
            path,
            "up to three names with dots between, each of up to 40 letters, digits and _");
      }
      requirePlace(path, position);
      metrics.put(path, metric(path, position, named.keyed(path)));
    }
    metrics.values().forEach(this::requireParts);
    return List.copyOf(metrics.values());
  }

  /** A metric is a value or an object, not both. */
  private void requirePlace(String path, SourcePosition position) {
    if (path.equals(Declaration.STATES) || path.startsWith(Declaration.STATES + ".")) {
      throw InvalidBoardFileException.value(
          position, "a metric", path, "another name: states are those of thresholds");
    }
    for (String other : metrics.keySet()) {
      if (path.startsWith(other + ".") || other.startsWith(path + ".")) {
        throw InvalidBoardFileException.value(
            position, "a metric", path, "a place that is not within or around " + other);
      }
    }
  }

  private DeclaredMetric metric(String path, SourcePosition position, YamlValue.Keyed metric) {
    List<String> known = new ArrayList<>(MEASURES);
    known.addAll(OTHERS);
    known.addAll(DisplayReader.KEYS);
    metric.knowsOnly(" of a metric", known);
    Measure measure = measure(metric);
    boolean isOfFacts = measure instanceof Measure.OfFacts;
    for (String key : List.of("where", "by", "window")) {
      if (metric.has(key) && !isOfFacts) {
        throw new InvalidBoardFileException(
            metric.keys().get(key), key + " belongs to the metrics that this one is computed of");
      }
    }
    Optional<String> by = metric.has("by") ? Optional.of(by(metric.text("by"))) : Optional.empty();
    if (metric.has("top") && by.isEmpty()) {
      throw new InvalidBoardFileException(metric.keys().get("top"), "top belongs to by");
    }
    MetricWindow window = metric.has("window") ? window(metric.text("window")) : MetricWindow.ALL;
    var display = new DisplayReader(metric, by.isPresent());
    return new DeclaredMetric(
        position,
        path,
        measure,
        by,
        metric.has("top") ? BoardFileLimits.count("top", metric.text("top"), MAX_TOP) : DEFAULT_TOP,
        window,
        metric.has("decimals") ? Optional.of(decimals(metric.text("decimals"))) : Optional.empty(),
        new MetricDescription(
            by.isPresent() ? path + ".*" : path,
            BoardFileLimits.label("label", metric.text("label"), 100),
            unit(metric, measure),
            kind(measure, by.isPresent(), window),
            display.read()));
  }

  private Measure measure(YamlValue.Keyed metric) {
    List<String> given = MEASURES.stream().filter(metric::has).toList();
    if (given.size() != 1) {
      throw new InvalidBoardFileException(
          metric.position(),
          (given.isEmpty() ? "a measure is missing" : String.join(", ", given) + " are given")
              + ": expected one of "
              + String.join(", ", MEASURES));
    }
    String key = given.get(0);
    requireOnly(metric, "rank", "percentile", key);
    requireOnly(metric, "approximate", "distinct", key);
    requireOnly(metric, "per", "rate", key);
    return switch (key) {
      case "ratio" -> ratio(metric);
      case "rate" -> new Measure.Rate(metric.text("rate").text(), period(metric));
      default -> {
        var value = metric.text(key);
        boolean isAll = key.equals("count") && value.text().equals("all");
        yield new Measure.OfFacts(
            aggregate(metric, key),
            isAll ? Optional.empty() : Optional.of(FileSql.of(value)),
            metric.has("where") ? Optional.of(FileSql.of(metric.text("where"))) : Optional.empty(),
            key.equals("percentile") ? rank(metric.text("rank")) : 0);
      }
    };
  }

  private static Aggregate aggregate(YamlValue.Keyed metric, String key) {
    return isApproximate(metric)
        ? Aggregate.APPROXIMATE_DISTINCT
        : Aggregate.valueOf(key.toUpperCase(Locale.ROOT));
  }

  /** Whether the value is an estimate, as the file says. */
  static boolean isApproximate(YamlValue.Keyed metric) {
    return metric.has("approximate")
        && BoardFileLimits.flag("approximate", metric.text("approximate"));
  }

  private static void requireOnly(YamlValue.Keyed metric, String key, String owner, String given) {
    if (metric.has(key) && !given.equals(owner)) {
      throw new InvalidBoardFileException(metric.keys().get(key), key + " belongs to " + owner);
    }
  }

  private static Measure ratio(YamlValue.Keyed metric) {
    List<YamlValue.Text> parts = metric.texts("ratio");
    if (parts.size() != 2) {
      throw new InvalidBoardFileException(
          metric.keys().get("ratio"), "ratio has " + parts.size() + " metrics, expected two");
    }
    boolean isPercent = metric.has("unit") && metric.text("unit").text().equals("percent");
    return new Measure.Ratio(parts.get(0).text(), parts.get(1).text(), isPercent);
  }

  private static Duration period(YamlValue.Keyed metric) {
    var text = metric.text("per");
    Duration period = PERIODS.get(text.text());
    if (period != null) return period;
    throw InvalidBoardFileException.value(
        text.position(), "per", text.text(), "second, minute, hour or day");
  }

  private static double rank(YamlValue.Text text) {
    double rank = BoardFileLimits.number("rank", text).doubleValue();
    if (rank > 0 && rank < 100) return rank;
    throw InvalidBoardFileException.value(
        text.position(), "rank", text.text(), "a number between 0 and 100, such as 95");
  }

  /** Checks the metrics that others are computed of, once all are known. */
  private void requireParts(DeclaredMetric metric) {
    if (metric.measure() instanceof Measure.Ratio ratio) {
      part(metric, "ratio", ratio.of());
      part(metric, "ratio", ratio.to());
    }
    if (metric.measure() instanceof Measure.Rate rate
        && !part(metric, "rate", rate.of()).window().isMinutes()) {
      throw InvalidBoardFileException.value(
          metric.position(), "rate", rate.of(), "a metric whose window is minutes or hours");
    }
  }

  private DeclaredMetric part(DeclaredMetric metric, String key, String path) {
    DeclaredMetric part = metrics.get(path);
    if (part != null && part.by().isEmpty() && part.measure() instanceof Measure.OfFacts) {
      return part;
    }
    throw InvalidBoardFileException.value(
        metric.position(), key, path, "another metric of facts of this board, without by");
  }

  private String by(YamlValue.Text text) {
    if (dimensions.contains(text.text())) return text.text();
    throw InvalidBoardFileException.value(
        text.position(),
        "by",
        text.text(),
        dimensions.isEmpty()
            ? "a dimension, but the file declares none"
            : "one of the dimensions " + String.join(", ", dimensions));
  }

  private static MetricWindow window(YamlValue.Text text) {
    return MetricWindow.of(text.text())
        .orElseThrow(
            () ->
                InvalidBoardFileException.value(
                    text.position(), "window", text.text(), MetricWindow.EXPECTED));
  }

  private static int decimals(YamlValue.Text text) {
    if (text.text().equals("0")) return 0;
    return BoardFileLimits.count("decimals", text, MAX_DECIMALS);
  }

  private static String unit(YamlValue.Keyed metric, Measure measure) {
    if (metric.has("currency")) return DisplayReader.currency(metric);
    if (metric.has("unit")) return BoardFileLimits.label("unit", metric.text("unit"), 30);
    return measure instanceof Measure.Ratio ? "ratio" : "count";
  }

  private static Kind kind(Measure measure, boolean hasKeys, MetricWindow window) {
    boolean isSum =
        measure instanceof Measure.OfFacts of
            && (of.aggregate() == Aggregate.COUNT || of.aggregate() == Aggregate.SUM);
    if (hasKeys) return isSum ? Kind.SHARE : Kind.GAUGE;
    boolean onlyGrows = measure instanceof Measure.OfFacts of && of.aggregate() == Aggregate.COUNT;
    return onlyGrows && window.isAll() ? Kind.COUNTER : Kind.GAUGE;
  }
}
