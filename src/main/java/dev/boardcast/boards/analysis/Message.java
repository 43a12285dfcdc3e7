package dev.boardcast.boards.analysis;

import dev.boardcast.spi.FieldRules;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PastOrPresent;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * A message and its classification, as sent by clients.
 *
 * @param topicId the topic it belongs to; null for the predicted topic, or none
 * @param predictedTopicId the predicted topic; correct when {@code trueLabel} is its name or id
 * @param predictedLabel the predicted label, instead of a topic; correct when {@code trueLabel} is
 *     equal
 * @param trueLabel the label assigned by people; null if none was
 * @param confidence of the prediction, 0 to 1; null if unknown
 * @param noise whether it contributes nothing to its topic
 * @param sentAt null for the time of writing
 * @param eventId identifies the message when it is sent again; null if it has no id
 */
record Message(
    @Pattern(regexp = FieldRules.ID, message = FieldRules.ID_TEXT) String topicId,
    @Pattern(regexp = FieldRules.ID, message = FieldRules.ID_TEXT) String predictedTopicId,
    @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT) String predictedLabel,
    @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT) String trueLabel,
    @DecimalMin(value = "0", message = FieldRules.RATIO_TEXT)
        @DecimalMax(value = "1", message = FieldRules.RATIO_TEXT)
        @Digits(integer = 1, fraction = 30, message = FieldRules.RATIO_TEXT)
        BigDecimal confidence,
    @NotNull(message = "true or false") Boolean noise,
    @PastOrPresent(message = FieldRules.PAST_TEXT) Instant sentAt,
    @Size(min = 1, max = 200, message = FieldRules.EVENT_ID_TEXT) String eventId) {}
