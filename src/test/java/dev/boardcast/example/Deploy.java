package dev.boardcast.example;

import dev.boardcast.spi.FieldRules;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PastOrPresent;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * A deployment of a service, as sent by clients.
 *
 * @param finishedAt null for the time of writing
 * @param eventId identifies the deployment when it is sent again; null if it has no id
 */
record Deploy(
    @NotBlank(message = NAME) @Size(max = 100, message = NAME) String service,
    @NotNull(message = "true or false") Boolean succeeded,
    @NotNull(message = SECONDS)
        @DecimalMin(value = "0", message = SECONDS)
        @Digits(integer = 6, fraction = 3, message = SECONDS)
        BigDecimal seconds,
    @PastOrPresent(message = FieldRules.PAST_TEXT) Instant finishedAt,
    @Size(min = 1, max = 200, message = FieldRules.EVENT_ID_TEXT) String eventId) {
  private static final String NAME = "a string of 1 to 100 characters, not blank";
  private static final String SECONDS = "a number from 0 to below 1000000 with at most 3 decimals";
}
