package dev.boardcast.alerts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.boardcast.engine.ReportSource;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RangeSupport;
import io.vertx.core.MultiMap;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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
    @Size(min = 1, max = 7, message = ReportSchedule.ON_TEXT) List<String> on,
    @NotNull(message = Channel.TIME_TEXT)
        @Pattern(regexp = Channel.TIME, message = Channel.TIME_TEXT)
        String at,
    String zone,
    @NotNull(message = "day, week or month") Period period,
    @Pattern(regexp = "previous|week", message = "previous or week") String compare,
    @NotNull(message = ReportSchedule.CHANNELS_TEXT)
        @Size(min = 1, max = 10, message = ReportSchedule.CHANNELS_TEXT)
        List<String> channels) {
  static final String BOARD_TEXT = "the name of a board that has ranges";
  static final String ON_TEXT = "different days of the week, such as monday";
  static final String CHANNELS_TEXT =
      "1 to 10 different channels that exist, of the type webhook or email";

  /** How much is reported. */
  enum Period {
    @JsonProperty("day")
    DAY,
    @JsonProperty("week")
    WEEK,
    @JsonProperty("month")
    MONTH
  }

  /** From the first moment of a period to the first after it. */
  record Span(Instant from, Instant to) {}

  /**
   * Checks what annotations cannot.
   *
   * @param boards by name
   * @return the same with the values of parameters as they are stored
   * @throws Problem 400 naming the field that does not fit
   */
  ReportSchedule checked(Function<String, Optional<Board>> boards) {
    if (on != null) {
      for (String day : on) day(day);
      if (new HashSet<>(on).size() < on.size()) throw Problem.invalid("on", ON_TEXT);
    }
    try {
      zoneId();
    } catch (DateTimeException unknown) {
      throw Problem.invalid("zone", Channel.ZONE_TEXT);
    }
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

  private static DayOfWeek day(String text) {
    for (DayOfWeek each : DayOfWeek.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(text)) return each;
    }
    throw Problem.invalid("on", ON_TEXT);
  }

  private ZoneId zoneId() {
    return ZoneId.of(zone == null ? "UTC" : zone);
  }

  /**
   * The next time after {@code now}; one that a change of the clock leaves out is an hour later.
   */
  Instant next(Instant now) {
    LocalTime time = LocalTime.parse(at);
    LocalDate date = LocalDate.ofInstant(now, zoneId());
    while (true) {
      boolean isDay = on == null || on.stream().anyMatch(isDayOf(date));
      Instant then = date.atTime(time).atZone(zoneId()).toInstant();
      if (isDay && then.isAfter(now)) return then;
      date = date.plusDays(1);
    }
  }

  private static java.util.function.Predicate<String> isDayOf(LocalDate date) {
    return text -> day(text) == date.getDayOfWeek();
  }

  /** The last whole period before a time. */
  Span before(Instant due, ZoneId zoneOfBoard) {
    LocalDate today = LocalDate.ofInstant(due, zoneOfBoard);
    LocalDate to =
        switch (period) {
          case DAY -> today;
          case WEEK -> today.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
          case MONTH -> today.withDayOfMonth(1);
        };
    LocalDate from =
        switch (period) {
          case DAY -> to.minusDays(1);
          case WEEK -> to.minusWeeks(1);
          case MONTH -> to.minusMonths(1);
        };
    return new Span(
        from.atStartOfDay(zoneOfBoard).toInstant(), to.atStartOfDay(zoneOfBoard).toInstant());
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
    Span span = before(due, zoneOf(of));
    var parameters =
        MultiMap.caseInsensitiveMultiMap()
            .add("from", span.from().toString())
            .add("to", span.to().toString());
    if (compare != null) parameters.add("compare", compare);
    return parameters;
  }
}
