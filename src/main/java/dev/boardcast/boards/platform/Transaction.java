package dev.boardcast.boards.platform;

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
 * A report on one transaction. What a later report leaves out stays as it is known.
 *
 * @param userId null when nobody is known
 * @param contentId what was bought; null when not told
 * @param amount exact; negative for a correction
 * @param currency null for that of the board
 * @param occurredAt null: now, when the transaction is new or has another status
 */
public record Transaction(
    @NotBlank(message = ID) @Size(max = 200, message = ID) String transactionId,
    @Size(min = 1, max = 200, message = NAME) String userId,
    @Size(min = 1, max = 200, message = NAME) String contentId,
    @NotNull(message = AMOUNT)
        // Beside the digits, whose count overflows for huge exponents.
        @DecimalMin(value = "-1000000000000", inclusive = false, message = AMOUNT)
        @DecimalMax(value = "1000000000000", inclusive = false, message = AMOUNT)
        @Digits(integer = 12, fraction = 30, message = AMOUNT)
        BigDecimal amount,
    String currency,
    @NotNull(message = "one of pending, completed, failed") TransactionStatus status,
    @PastOrPresent(message = "a time no more than a day ahead") Instant occurredAt) {
  private static final String ID = "a string of 1 to 200 characters, not blank";
  private static final String NAME = "a string of 1 to 200 characters";
  private static final String AMOUNT =
      "a number of at most 12 digits before and 30 after the point";
}
