package dev.boardcast.boards.platform;

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
 * A report on a transaction, as sent by clients. A field that a later report leaves out keeps its
 * value.
 *
 * @param userId null if the user is not known
 * @param contentId the purchased content; null if unknown
 * @param amount exact; negative for a correction
 * @param currency an ISO 4217 code; null for the board's, or for the known one
 * @param occurredAt null for the time of writing, if the transaction is new or has another status
 */
record Transaction(
    @NotBlank(message = ID) @Size(max = 200, message = ID) String transactionId,
    @Size(min = 1, max = 200, message = NAME) String userId,
    @Size(min = 1, max = 200, message = NAME) String contentId,
    @NotNull(message = AMOUNT)
        // In addition to @Digits, which overflows for huge exponents.
        @DecimalMin(value = "-1000000000000", inclusive = false, message = AMOUNT)
        @DecimalMax(value = "1000000000000", inclusive = false, message = AMOUNT)
        @Digits(integer = 12, fraction = 30, message = AMOUNT)
        BigDecimal amount,
    String currency,
    @NotNull(message = "one of pending, completed, failed") TransactionStatus status,
    @PastOrPresent(message = FieldRules.PAST_TEXT) Instant occurredAt) {
  private static final String ID = "a string of 1 to 200 characters, not blank";
  private static final String NAME = "a string of 1 to 200 characters";
  private static final String AMOUNT =
      "a number of at most 12 digits before and 30 after the point";
}
