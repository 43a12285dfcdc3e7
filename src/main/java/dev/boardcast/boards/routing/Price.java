package dev.boardcast.boards.routing;

import dev.boardcast.spi.FieldRules;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.data.Numeric;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * What a model costs from a time on, in US dollars per million tokens.
 *
 * @param cached of tokens read from the provider's cache; null for the price of input
 * @param reasoning of tokens that are not shown; null for the price of output
 */
record Price(
    @NotBlank(message = PROVIDER) @Size(max = 100, message = PROVIDER) String provider,
    @NotBlank(message = MODEL) @Size(max = 200, message = MODEL) String model,
    @NotNull(message = FieldRules.TIME_TEXT) Instant validFrom,
    @NotNull(message = AMOUNT)
        @DecimalMin(value = "0", message = AMOUNT)
        @DecimalMax(value = "1000000", message = AMOUNT)
        @Digits(integer = 7, fraction = 12, message = AMOUNT)
        BigDecimal input,
    @NotNull(message = AMOUNT)
        @DecimalMin(value = "0", message = AMOUNT)
        @DecimalMax(value = "1000000", message = AMOUNT)
        @Digits(integer = 7, fraction = 12, message = AMOUNT)
        BigDecimal output,
    @DecimalMin(value = "0", message = AMOUNT)
        @DecimalMax(value = "1000000", message = AMOUNT)
        @Digits(integer = 7, fraction = 12, message = AMOUNT)
        BigDecimal cached,
    @DecimalMin(value = "0", message = AMOUNT)
        @DecimalMax(value = "1000000", message = AMOUNT)
        @Digits(integer = 7, fraction = 12, message = AMOUNT)
        BigDecimal reasoning) {
  static final String PROVIDER = "a string of 1 to 100 characters, not blank";
  static final String MODEL = "a string of 1 to 200 characters, not blank";
  private static final String AMOUNT = "a number from 0 to 1000000 with at most 12 decimals";
  private static final int MILLION = 6;

  /** The same price with the amounts that are not given. */
  Price complete() {
    return new Price(
        provider,
        model,
        validFrom,
        input,
        output,
        cached == null ? input : cached,
        reasoning == null ? output : reasoning);
  }

  /** The exact cost of a decision's tokens. The price is {@link #complete}. */
  BigDecimal of(Decision decision) {
    return times(decision.inputTokens(), input)
        .add(times(decision.outputTokens(), output))
        .add(times(decision.cachedTokens(), cached))
        .add(times(decision.reasoningTokens(), reasoning))
        .movePointLeft(MILLION);
  }

  static Price of(Row row) {
    return new Price(
        row.getString("provider"),
        row.getString("model"),
        row.getOffsetDateTime("valid_from").toInstant(),
        amount(row, "input"),
        amount(row, "output"),
        amount(row, "cached"),
        amount(row, "reasoning"));
  }

  private static BigDecimal amount(Row row, String column) {
    return row.get(Numeric.class, column).bigDecimalValue();
  }

  private static BigDecimal times(Long tokens, BigDecimal price) {
    return tokens == null ? BigDecimal.ZERO : price.multiply(BigDecimal.valueOf(tokens));
  }
}
