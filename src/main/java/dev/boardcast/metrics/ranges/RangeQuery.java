package dev.boardcast.metrics.ranges;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RangeSupport;
import dev.boardcast.spi.RawJson;
import dev.boardcast.web.StepText;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Function;

/**
 * A range of time in a request for a board's metrics.
 *
 * @param to exclusive
 */
public record RangeQuery(Instant from, Instant to) {
  private static final Instant FIRST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("2200-01-02T00:00:00Z");

  /**
   * Parses the parameters {@code from} and {@code to}, one of which may be missing.
   *
   * @return empty when both are missing
   * @throws Problem 400 naming the parameter
   */
  public static Optional<RangeQuery> of(QueryParameters query, Board board) {
    var from = query.text("from");
    var to = query.text("to");
    if (from.isEmpty() && to.isEmpty()) return Optional.empty();
    var ranges =
        board
            .ranges()
            .orElseThrow(
                () ->
                    // Ignoring the range would return the latest metrics.
                    Problem.invalid(
                        from.isPresent() ? "from" : "to",
                        "no range, which this board does not support; see /api/v1/boards/"
                            + board.name()
                            + "/history"));
    var range =
        new RangeQuery(
            from.map(text -> time("from", text, ranges)).orElse(FIRST),
            to.map(text -> time("to", text, ranges)).orElse(LAST));
    if (!range.from.isBefore(range.to)) throw Problem.invalid("to", "a time after from");
    return Optional.of(range);
  }

  /** Computes the board's metrics of the range, in one repeatable-read transaction. */
  public Future<RawJson> read(Pool pool, Board board) {
    var reading = board.ranges().orElseThrow().reader();
    return inSnapshot(pool, tx -> reading.read(tx, from, to));
  }

  /** Reads in one repeatable-read transaction. */
  public static <T> Future<T> inSnapshot(Pool pool, Function<SqlClient, Future<T>> reading) {
    return pool.withConnection(
        tx ->
            tx.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                .execute()
                .compose(begun -> reading.apply(tx))
                .eventually(() -> tx.query("ROLLBACK").execute()));
  }

  /** Returns the metrics with the members {@code from} and {@code to} added in front. */
  public RawJson prependTo(RawJson metrics) {
    String text = metrics.text();
    return RawJson.of(
        "{\"from\":\"%s\",\"to\":\"%s\",".formatted(Json.time(from), Json.time(to))
            + text.substring(text.indexOf('{') + 1));
  }

  private static Instant time(String name, String text, RangeSupport ranges) {
    try {
      Instant time =
          text.length() == 10
              ? LocalDate.parse(text).atStartOfDay(ranges.zone()).toInstant()
              : OffsetDateTime.parse(text).toInstant();
      boolean isEdge =
          time.getNano() == 0 && time.getEpochSecond() % ranges.step().toSeconds() == 0;
      if (isEdge && !time.isBefore(FIRST) && !time.isAfter(LAST)) return time;
    } catch (DateTimeParseException notATime) {
      throw Problem.invalid(name, expected(ranges.step()));
    }
    throw Problem.invalid(name, expected(ranges.step()));
  }

  private static String expected(Duration step) {
    return "a day such as 2026-01-31, or a time in whole steps of %s such as %s"
        .formatted(StepText.text(step), Instant.parse("2026-01-31T12:00:00Z").plus(step));
  }
}
