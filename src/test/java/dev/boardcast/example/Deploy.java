package dev.boardcast.example;

import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;

/**
 * One deployment of a service.
 *
 * @param eventId makes a retry harmless; null when the sender has none
 */
public record Deploy(
    @NotBlank(message = NAME) @Size(max = 100, message = NAME) String service,
    @NotNull(message = "true or false") Boolean succeeded,
    @NotNull(message = SECONDS)
        @DecimalMin(value = "0", message = SECONDS)
        @Digits(integer = 6, fraction = 3, message = SECONDS)
        BigDecimal seconds,
    @Size(min = 1, max = 200, message = "a string of 1 to 200 characters") String eventId) {
  private static final String NAME = "a string of 1 to 100 characters, not blank";
  private static final String SECONDS = "a number from 0 to below 1000000 with at most 3 decimals";
}
