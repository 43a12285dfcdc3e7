package dev.boardcast.boards.platform;

import dev.boardcast.spi.Problem;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.data.Numeric;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * What one unit of a currency is worth in the board's, from the start of a day (UTC) until that of
 * the next rate.
 *
 * @param validFrom a day as ISO 8601, such as {@code 2026-01-31}
 */
record Rate(
    @NotNull(message = CURRENCY) @Pattern(regexp = "[A-Z]{3}", message = CURRENCY) String currency,
    @NotNull(message = DAY) @Pattern(regexp = "\\d{4}-\\d{2}-\\d{2}", message = DAY)
        String validFrom,
    @NotNull(message = RATE)
        @DecimalMin(value = "0", inclusive = false, message = RATE)
        @DecimalMax(value = "1000000000", message = RATE)
        @Digits(integer = 10, fraction = 12, message = RATE)
        BigDecimal rate) {
  static final String CURRENCY = "an ISO 4217 code such as EUR, other than the board's";
  static final String DAY = "a day from 1970-01-01 to 2199-12-31";
  private static final String RATE = "a number above 0 and at most 1000000000 with 12 decimals";
  private static final LocalDate FIRST = LocalDate.of(1970, 1, 1);
  private static final LocalDate LAST = LocalDate.of(2199, 12, 31);

  /** Rates that are set at once, all or none. */
  record Many(
      @NotNull(message = RATES) @Size(min = 1, max = MAX, message = RATES)
          List<@NotNull(message = "a rate") @Valid Rate> rates) {
    static final int MAX = 500;
    private static final String RATES = "1 to 500 rates";

    /** The problem of the first rate that no annotation finds. */
    Optional<Problem> problem(String own) {
      for (int i = 0; i < rates.size(); i++) {
        Rate rate = rates.get(i);
        String at = "rates[" + i + "].";
        if (!Money.isCurrency(rate.currency()) || rate.currency().equals(own)) {
          return Optional.of(Problem.invalid(at + "currency", CURRENCY));
        }
        if (day(rate.validFrom()).isEmpty()) {
          return Optional.of(Problem.invalid(at + "valid_from", DAY));
        }
        for (Rate earlier : rates.subList(0, i)) {
          if (earlier.isFor(rate)) {
            return Optional.of(Problem.invalid(at + "valid_from", "each day of a currency once"));
          }
        }
      }
      return Optional.empty();
    }
  }

  private boolean isFor(Rate other) {
    return currency.equals(other.currency) && validFrom.equals(other.validFrom);
  }

  LocalDate day() {
    return LocalDate.parse(validFrom);
  }

  /** The day that a text names, if it is one of those that may be. */
  static Optional<LocalDate> day(String text) {
    try {
      LocalDate day = LocalDate.parse(text);
      return day.isBefore(FIRST) || day.isAfter(LAST) ? Optional.empty() : Optional.of(day);
    } catch (DateTimeException notADay) {
      return Optional.empty();
    }
  }

  static Rate of(Row row) {
    return new Rate(
        row.getString("currency"),
        row.getLocalDate("valid_from").toString(),
        row.get(Numeric.class, "rate").bigDecimalValue());
  }
}
