package dev.boardcast.metrics.facts;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.MetricFacts.Span;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RangeSupport;
import dev.boardcast.web.Csv;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * A request for the facts behind a metric.
 *
 * @param metric as described
 * @param key of a metric with one value per key; empty for all keys
 * @param asked the time range asked for
 * @param span the same, else that of the snapshot
 * @param after the fact after which the page starts
 */
record FactsRequest(
    String metric,
    Optional<String> key,
    MetricFacts facts,
    Optional<Span> asked,
    Span span,
    Optional<FactsCursor> after,
    int limit,
    boolean isCsv) {
  static final String[] PARAMETERS = {"metric", "key", "from", "to", "after", "limit", "format"};

  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 500;
  private static final int MAX_ROWS_OF_CSV = 10_000;
  private static final int MAX_KEY = 400;
  private static final Instant LAST = Instant.parse("2200-01-02T00:00:00Z");

  /**
   * Reads the parameters.
   *
   * @throws Problem 400 naming the parameter
   */
  static FactsRequest of(RoutingContext context, Board board, Instant now) {
    var given = QueryParameters.of(context, PARAMETERS);
    boolean isCsv = Csv.isWanted(context, given.text("format"));
    int limit =
        isCsv
            ? given.number("limit", 1, MAX_ROWS_OF_CSV, MAX_ROWS_OF_CSV)
            : given.number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    Optional<Instant> from = given.text("from").map(text -> time("from", text, board));
    Optional<Instant> to = given.text("to").map(text -> time("to", text, board));
    Optional<FactsCursor> after = given.text("after").map(FactsCursor::parse);
    Optional<String> key = key(given);
    String metric = metric(given, board);
    MetricFacts facts = facts(board, metric);
    if (key.isPresent() && facts.group().isEmpty()) {
      throw Problem.invalid("key", "none, as " + metric + " has one value");
    }
    after.ifPresent(cursor -> cursor.require(facts.keyType()));
    Optional<Span> asked = span(from, to);
    Span span = asked.orElseGet(() -> facts.period(now));
    return new FactsRequest(metric, key, facts, asked, span, after, limit, isCsv);
  }

  /** The key of several keys together, if it is the one asked for. */
  Optional<MetricFacts.Rest> rest() {
    return facts.rest().filter(rest -> key.filter(rest.key()::equals).isPresent());
  }

  /** Whether a cursor may have this time. */
  static boolean isCursorTime(Instant time) {
    return !time.isBefore(MetricFacts.NO_TIME) && !time.isAfter(LAST);
  }

  private static boolean isTime(Instant time) {
    return !time.isBefore(MetricFacts.FIRST) && !time.isAfter(LAST);
  }

  private static String metric(QueryParameters given, Board board) {
    var known = board.metrics().stream().map(MetricDescription::path).toList();
    return given
        .text("metric")
        .filter(known::contains)
        .orElseThrow(() -> Problem.invalid("metric", "one of " + String.join(", ", known)));
  }

  private static MetricFacts facts(Board board, String metric) {
    MetricFacts facts =
        board
            .rows(metric)
            .orElseThrow(() -> Problem.notFound("facts: this board shows none of " + metric));
    if (facts.hasRows()) return facts;
    throw Problem.invalid(
        "metric",
        "a metric with facts, which %s has not: %s".formatted(metric, facts.note().orElse("")));
  }

  private static Optional<String> key(QueryParameters given) {
    Optional<String> key = given.text("key");
    boolean fits =
        key.stream()
            .allMatch(text -> !text.isBlank() && text.length() <= MAX_KEY && text.indexOf(0) < 0);
    if (fits) return key;
    throw Problem.invalid("key", "a key of the metric, of at most " + MAX_KEY + " characters");
  }

  /** Empty where neither is given. */
  private static Optional<Span> span(Optional<Instant> from, Optional<Instant> to) {
    if (from.isEmpty() && to.isEmpty()) return Optional.empty();
    if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
      throw Problem.invalid("to", "a time after from");
    }
    return Optional.of(new Span(from, to));
  }

  private static Instant time(String name, String text, Board board) {
    try {
      ZoneId zone = board.ranges().map(RangeSupport::zone).orElse(ZoneOffset.UTC);
      Instant time =
          text.length() == 10
              ? LocalDate.parse(text).atStartOfDay(zone).toInstant()
              : OffsetDateTime.parse(text).toInstant();
      if (isTime(time)) return time;
    } catch (DateTimeException notATime) {
      // Reported below.
    }
    throw Problem.invalid(
        name,
        "a day such as 2026-01-31, or an ISO 8601 time with offset such as 2026-01-31T12:00:00Z,"
            + " from 1900 to 2199");
  }
}
