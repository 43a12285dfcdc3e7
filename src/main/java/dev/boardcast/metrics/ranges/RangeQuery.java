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
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * The time that somebody asks a board about.
 *
 * @param to exclusive
 */
public record RangeQuery(Instant from, Instant to) {
  private static final Instant FIRST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("2200-01-02T00:00:00Z");

  /**
   * Reads {@code from} and {@code to}, one of which may be left out.
   *
   * @return empty when neither is said
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
                    // The numbers of now must not pass for those of a time.
                    Problem.invalid(
                        from.isPresent() ? "from" : "to",
                        "none here: the past is at /api/v1/boards/" + board.name() + "/history"));
    var range =
        new RangeQuery(
            from.map(text -> time("from", text, ranges)).orElse(FIRST),
            to.map(text -> time("to", text, ranges)).orElse(LAST));
    if (!range.from.isBefore(range.to)) throw Problem.invalid("to", "a time after from");
    return Optional.of(range);
  }

  /** The board's numbers of it, all as of one moment. */
  public Future<RawJson> read(Pool pool, Board board) {
    var reading = board.ranges().orElseThrow().reader();
    return pool.withConnection(
        tx ->
            tx.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                .execute()
                .compose(begun -> reading.read(tx, from, to))
                .eventually(() -> tx.query("ROLLBACK").execute()));
  }

  /** The numbers with the range before them. */
  public RawJson before(RawJson numbers) {
    String text = numbers.text();
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
