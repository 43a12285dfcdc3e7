package dev.boardcast.boards.analysis;

import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/** What is to be changed of a topic: null leaves a field as it is. */
public record TopicPatch(
    @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT) String name,
    @Size(max = FieldRules.DESCRIPTION, message = FieldRules.DESCRIPTION_TEXT)
        String description) {}
