package dev.boardcast.boards.routing;

import dev.boardcast.spi.FieldRules;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PastOrPresent;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * A decision of an LLM router, as sent by clients.
 *
 * @param model a model of the provider; null if unknown
 * @param confidence 0 to 1, exact; null if unknown
 * @param cost in US dollars, exact
 * @param decidedAt null for the time of writing
 * @param eventId identifies the decision when it is sent again; null if it has no id
 */
record Decision(
    @NotBlank(message = NAME) @Size(max = 100, message = NAME) String strategy,
    @NotBlank(message = NAME) @Size(max = 100, message = NAME) String provider,
    @Size(min = 1, max = 200, message = LONG_NAME) String model,
    @DecimalMin(value = "0", message = FieldRules.RATIO_TEXT)
        @DecimalMax(value = "1", message = FieldRules.RATIO_TEXT)
        @Digits(integer = 1, fraction = 30, message = FieldRules.RATIO_TEXT)
        BigDecimal confidence,
    @NotNull(message = COST)
        @DecimalMin(value = "0", message = COST)
        // In addition to @Digits, which overflows for huge exponents.
        @DecimalMax(value = "1000000000000", inclusive = false, message = COST)
        @Digits(integer = 12, fraction = 30, message = COST)
        BigDecimal cost,
    @PastOrPresent(message = FieldRules.PAST_TEXT) Instant decidedAt,
    @Size(min = 1, max = 200, message = LONG_NAME) String eventId) {
  private static final String NAME = "a string of 1 to 100 characters, not blank";
  private static final String LONG_NAME = "a string of 1 to 200 characters";
  private static final String COST =
      "a number from 0 to below 1000000000000 with at most 30 decimals";
}
