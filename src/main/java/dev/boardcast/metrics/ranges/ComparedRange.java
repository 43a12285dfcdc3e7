package dev.boardcast.metrics.ranges;

import dev.boardcast.engine.ComparedWith;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.RangeSupport;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A range and an earlier one. Where the range has not ended, both are cut at the last edge before
 * now, by the clock of the board's zone, so that the same parts are compared.
 *
 * @param current the range, or its part up to now; it may be empty
 * @param former the same part of the earlier one
 */
public record ComparedRange(RangeQuery current, RangeQuery former) {
  /**
   * The range before, or that of a week before. Before whole months are as many months, before
   * whole days as many days, whatever their length; else the same duration.
   */
  public static ComparedRange of(
      RangeQuery range, ComparedWith with, RangeSupport support, Instant now) {
    ZonedDateTime from = range.from().atZone(support.zone());
    ZonedDateTime to = range.to().atZone(support.zone());
    UnaryOperator<ZonedDateTime> earlier =
        with == ComparedWith.WEEK ? time -> time.minusWeeks(1) : before(from, to);
    Instant end = range.to();
    if (now.isBefore(end)) end = later(range.from(), edge(now, support.step()));
    Instant formerFrom = earlier.apply(from).toInstant();
    Instant formerEnd = edge(earlier.apply(end.atZone(support.zone())).toInstant(), support.step());
    return new ComparedRange(
        new RangeQuery(range.from(), end),
        new RangeQuery(formerFrom, later(formerFrom, formerEnd)));
  }

  /**
   * Reads both, and compares their numbers.
   *
   * @param tx with one snapshot, see {@link RangeQuery#inSnapshot}
   */
  public Future<Map<String, Comparison>> read(SqlClient tx, Board board) {
    var reader = board.ranges().orElseThrow().reader();
    return numbers(reader, tx, current)
        .compose(now -> numbers(reader, tx, former).map(past -> Comparison.of(now, past)));
  }

  private static Future<Map<String, BigDecimal>> numbers(
      RangeSupport.RangeReader reader, SqlClient tx, RangeQuery range) {
    if (!range.from().isBefore(range.to())) return Future.succeededFuture(Map.of());
    Future<RawJson> read = reader.read(tx, range.from(), range.to());
    return read.map(Comparison::numbers);
  }

  private static UnaryOperator<ZonedDateTime> before(ZonedDateTime from, ZonedDateTime to) {
    if (isMidnight(from) && isMidnight(to)) {
      boolean isMonths = from.getDayOfMonth() == 1 && to.getDayOfMonth() == 1;
      if (isMonths) {
        long months = ChronoUnit.MONTHS.between(from, to);
        return time -> time.minusMonths(months);
      }
      long days = ChronoUnit.DAYS.between(from.toLocalDate(), to.toLocalDate());
      return time -> time.minusDays(days);
    }
    Duration length = Duration.between(from, to);
    return time -> time.minus(length);
  }

  private static boolean isMidnight(ZonedDateTime time) {
    return time.toLocalTime().equals(LocalTime.MIDNIGHT);
  }

  private static Instant edge(Instant time, Duration step) {
    long seconds = step.toSeconds();
    return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), seconds) * seconds);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
