package dev.boardcast.boards.analysis;

import dev.boardcast.spi.FieldRules;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * The body of a request that corrects the label of a message.
 *
 * @param trueLabel as {@link Message#trueLabel}
 */
record LabelCorrection(
    @NotNull(message = FieldRules.NAME_TEXT)
        @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT)
        String trueLabel) {}
