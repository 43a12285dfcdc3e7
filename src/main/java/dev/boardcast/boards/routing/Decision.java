package dev.boardcast.boards.routing;

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
 * One decision of the router.
 *
 * @param model which of the provider's models; null when not told
 * @param confidence 0 to 1; null when the router had none
 * @param cost US dollars, exact
 * @param decidedAt null for now
 * @param eventId makes a retry harmless; null when the sender has none
 */
public record Decision(
    @NotBlank(message = NAME) @Size(max = 100, message = NAME) String strategy,
    @NotBlank(message = NAME) @Size(max = 100, message = NAME) String provider,
    @Size(min = 1, max = 200, message = LONG_NAME) String model,
    @DecimalMin(value = "0", message = RATIO)
        @DecimalMax(value = "1", message = RATIO)
        @Digits(integer = 1, fraction = 30, message = RATIO)
        BigDecimal confidence,
    @NotNull(message = COST)
        @DecimalMin(value = "0", message = COST)
        // Beside the digits, whose count overflows for huge exponents.
        @DecimalMax(value = "1000000000000", inclusive = false, message = COST)
        @Digits(integer = 12, fraction = 30, message = COST)
        BigDecimal cost,
    @PastOrPresent(message = "a time no more than a day ahead") Instant decidedAt,
    @Size(min = 1, max = 200, message = LONG_NAME) String eventId) {
  private static final String NAME = "a string of 1 to 100 characters, not blank";
  private static final String LONG_NAME = "a string of 1 to 200 characters";
  private static final String RATIO = "a number from 0 to 1 with at most 30 decimals";
  private static final String COST =
      "a number from 0 to below 1000000000000 with at most 30 decimals";
}
