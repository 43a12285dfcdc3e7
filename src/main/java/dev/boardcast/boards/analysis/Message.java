package dev.boardcast.boards.analysis;

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
 * One message and what a classifier made of it.
 *
 * @param topicId the topic it belongs to; null for the predicted topic, or none
 * @param predictedTopicId the topic that was predicted; right when {@code trueLabel} is its name or
 *     its id
 * @param predictedLabel the label that was predicted, instead of a topic; right when {@code
 *     trueLabel} is the same text
 * @param trueLabel what people say it is; null when nobody has
 * @param confidence 0 to 1, of the prediction; null when the classifier had none
 * @param noise whether it says nothing on its topic
 * @param sentAt null for now
 * @param eventId makes a retry harmless; null when the sender has none
 */
public record Message(
    @Pattern(regexp = FieldRules.ID, message = FieldRules.ID_TEXT) String topicId,
    @Pattern(regexp = FieldRules.ID, message = FieldRules.ID_TEXT) String predictedTopicId,
    @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT) String predictedLabel,
    @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT) String trueLabel,
    @DecimalMin(value = "0", message = FieldRules.RATIO_TEXT)
        @DecimalMax(value = "1", message = FieldRules.RATIO_TEXT)
        @Digits(integer = 1, fraction = 30, message = FieldRules.RATIO_TEXT)
        BigDecimal confidence,
    @NotNull(message = "true or false") Boolean noise,
    @PastOrPresent(message = "a time no more than a day ahead") Instant sentAt,
    @Size(min = 1, max = 200, message = FieldRules.EVENT_ID_TEXT) String eventId) {}
