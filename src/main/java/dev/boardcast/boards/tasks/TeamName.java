package dev.boardcast.boards.tasks;

import dev.boardcast.spi.FieldRules;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/** The body of a request that renames a team. */
record TeamName(
    @NotNull(message = FieldRules.NAME_TEXT)
        @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT)
        String name) {}
