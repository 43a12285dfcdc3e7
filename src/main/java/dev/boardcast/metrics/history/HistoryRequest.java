package dev.boardcast.metrics.history;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.web.Csv;
import dev.boardcast.web.StepText;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A request for a board's history.
 *
 * @param isFinal whether the response can never change
 */
record HistoryRequest(
    List<MetricPath> metrics, HistoryRange range, boolean isCsv, boolean isFinal) {
  static final Set<String> REPEATABLE = Set.of("metric", "key");
  static final String[] PARAMETERS = {"metric", "key", "from", "to", "step"};

  private static final Duration DEFAULT_RANGE = Duration.ofHours(1);
  private static final int MAX_POINTS = 10_000;
  private static final int MAX_METRICS = 50;
  private static final int MAX_KEYS = 50;
  private static final int MAX_KEY = 400;
  // Clocks of nodes differ, and a fold takes time.
  private static final Duration FINAL_AFTER = Duration.ofMinutes(1);
  private static final Instant FIRST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("2200-01-01T00:00:00Z");

  /**
   * Parses the query.
   *
   * @throws Problem 400 naming the parameter
   */
  static HistoryRequest of(RoutingContext context, Board board, Instant now) {
    var query =
        QueryParameters.of(context, REPEATABLE, "metric", "key", "from", "to", "step", "format");
    return of(query, Csv.isWanted(context, query.text("format")), board, now);
  }

  /**
   * Parses {@link #PARAMETERS}.
   *
   * @throws Problem 400 naming the parameter
   */
  static HistoryRequest of(QueryParameters query, boolean isCsv, Board board, Instant now) {
    Instant requestedTo = query.text("to").map(text -> time("to", text)).orElse(now);
    Instant to = requestedTo.isAfter(now) ? now : requestedTo;
    Instant from =
        query.text("from").map(text -> time("from", text)).orElse(to.minus(DEFAULT_RANGE));
    if (!from.isBefore(to)) {
      throw Problem.invalid("from", to.equals(now) ? "a time before now" : "a time before to");
    }
    Duration step =
        query
            .text("step")
            .map(HistoryRequest::step)
            .orElse(StepText.of(Duration.between(from, to)));
    boolean isFinal = query.text("to").isPresent() && to.isBefore(now.minus(FINAL_AFTER));
    var range = new HistoryRange(from, to, step);
    if (range.points() > MAX_POINTS) {
      throw Problem.invalid(
          "step", "a longer one: at most " + MAX_POINTS + " points, not " + range.points());
    }
    return new HistoryRequest(
        metrics(query.texts("metric"), keys(query.texts("key")), board), range, isCsv, isFinal);
  }

  private static Set<String> keys(List<String> requested) {
    if (requested.size() > MAX_KEYS) throw Problem.invalid("key", "at most " + MAX_KEYS + " keys");
    for (String key : requested) {
      if (key.isBlank() || key.length() > MAX_KEY || key.indexOf(0) >= 0) {
        throw Problem.invalid("key", "keys of the metrics, of at most " + MAX_KEY + " characters");
      }
    }
    return Set.copyOf(requested);
  }

  private static List<MetricPath> metrics(List<String> requested, Set<String> keys, Board board) {
    var known = board.metrics().stream().map(MetricDescription::path).toList();
    for (String path : requested) {
      if (!known.contains(path)) {
        throw Problem.invalid("metric", "one of " + String.join(", ", known));
      }
    }
    var paths = requested.stream().distinct().map(path -> new MetricPath(path, keys)).toList();
    if (paths.size() > MAX_METRICS) {
      throw Problem.invalid("metric", "at most " + MAX_METRICS + " metrics");
    }
    if (!paths.isEmpty()) return paths;
    var plain = known.stream().map(MetricPath::new).filter(path -> !path.hasKeys());
    var all = plain.limit(MAX_METRICS).collect(Collectors.toUnmodifiableList());
    if (all.isEmpty()) throw Problem.invalid("metric", "one of " + String.join(", ", known));
    return all;
  }

  private static Instant time(String field, String text) {
    try {
      Instant time = OffsetDateTime.parse(text).toInstant();
      if (!time.isBefore(FIRST) && !time.isAfter(LAST)) return time;
    } catch (DateTimeException notATime) {
      // Reported below.
    }
    throw Problem.invalid(
        field, "an ISO 8601 time with offset, from 2000 to 2199, such as 2026-01-31T12:00:00Z");
  }

  private static Duration step(String text) {
    return StepText.parse(text)
        .orElseThrow(() -> Problem.invalid("step", "a time such as 5s, 1m, 15m, 1h or 1d"));
  }
}
