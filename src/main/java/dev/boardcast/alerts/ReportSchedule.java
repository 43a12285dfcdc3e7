package dev.boardcast.alerts;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.boardcast.engine.ReportSource;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.DaysAndTime;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RangeSupport;
import dev.boardcast.spi.WholePeriod;
import io.vertx.core.MultiMap;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * When a report is sent, of what and to whom: the body of a request that creates it. Immutable.
 *
 * @param with values of the board's parameters; null for the whole board
 * @param format null for a PDF
 * @param on days of the week; null for each day
 * @param at a time of day in the zone
 * @param zone null for UTC
 * @param period the last whole one before is reported, in the zone of the board
 * @param compare with the period before, or a week before; null for neither
 * @param channels by which it is sent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ReportSchedule(
    @NotNull(message = FieldRules.NAME_TEXT)
        @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT)
        String name,
    @NotNull(message = ReportSchedule.BOARD_TEXT)
        @Pattern(regexp = FieldRules.ID, message = ReportSchedule.BOARD_TEXT)
        String board,
    Map<String, String> with,
    @Pattern(regexp = "pdf|png", message = "pdf or png") String format,
    @Size(min = 1, max = 7, message = DaysAndTime.ON_TEXT) List<String> on,
    @NotNull(message = DaysAndTime.TIME_TEXT)
        @Pattern(regexp = DaysAndTime.TIME, message = DaysAndTime.TIME_TEXT)
        String at,
    String zone,
    @NotNull(message = WholePeriod.TEXT) WholePeriod period,
    @Pattern(regexp = "previous|week", message = "previous or week") String compare,
    @NotNull(message = ReportSchedule.CHANNELS_TEXT)
        @Size(min = 1, max = 10, message = ReportSchedule.CHANNELS_TEXT)
        List<String> channels) {
  static final String BOARD_TEXT = "the name of a board that has ranges";
  static final String CHANNELS_TEXT =
      "1 to 10 different channels that exist, of the type webhook or email";

  /**
   * Checks what annotations cannot.
   *
   * @param boards by name
   * @return the same with the values of parameters as they are stored
   * @throws Problem 400 naming the field that does not fit
   */
  ReportSchedule checked(Function<String, Optional<Board>> boards) {
    days().check();
    boolean areIds =
        channels.stream().allMatch(each -> each != null && each.matches(FieldRules.ID));
    if (!areIds || new HashSet<>(channels).size() < channels.size()) {
      throw Problem.invalid("channels", CHANNELS_TEXT);
    }
    Board reported =
        boards
            .apply(board)
            .filter(found -> found.ranges().isPresent())
            .orElseThrow(() -> Problem.invalid("board", BOARD_TEXT));
    var values = RulePart.checked(reported, with);
    if (values != null && values.containsValue(RulePart.EACH)) {
      throw Problem.invalid("with", "a value for each parameter that is given, not *");
    }
    return new ReportSchedule(name, board, values, format, on, at, zone, period, compare, channels);
  }

  private DaysAndTime days() {
    return new DaysAndTime(on, at, zone);
  }

  /** See {@link DaysAndTime#next}. */
  Instant next(Instant now) {
    return days().next(now);
  }

  /** The last whole period before a time. */
  WholePeriod.Span before(Instant due, ZoneId zoneOfBoard) {
    return period.before(due, zoneOfBoard);
  }

  ReportSource.Format reportFormat() {
    return "png".equals(format) ? ReportSource.Format.PNG : ReportSource.Format.PDF;
  }

  /** The name of the board, or of its part. */
  String reported() {
    return BoardPart.of(board, with == null ? Map.of() : with).name();
  }

  /** In which the days of a board begin. */
  static ZoneId zoneOf(Board board) {
    return board.ranges().map(RangeSupport::zone).orElse(ZoneOffset.UTC);
  }

  /** What {@link ReportSource} is asked for. */
  MultiMap parameters(Instant due, Board of) {
    WholePeriod.Span span = before(due, zoneOf(of));
    var parameters =
        MultiMap.caseInsensitiveMultiMap()
            .add("from", span.from().toString())
            .add("to", span.to().toString());
    if (compare != null) parameters.add("compare", compare);
    return parameters;
  }
}
