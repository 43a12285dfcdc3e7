package dev.boardcast.boards.analysis;

import dev.boardcast.spi.FieldRules;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/** The body of a request that changes a topic; null leaves a field as it is. */
record TopicPatch(
    @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT) String name,
    @Size(max = FieldRules.DESCRIPTION_LENGTH, message = FieldRules.DESCRIPTION_TEXT)
        String description) {}
