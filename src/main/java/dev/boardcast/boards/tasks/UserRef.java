package dev.boardcast.boards.tasks;

import dev.boardcast.spi.FieldRules;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/** The body of a request that names a user to add or invite to a team, or to hand it over to. */
record UserRef(
    @NotNull(message = FieldRules.USER_TEXT)
        @Pattern(regexp = FieldRules.USER, message = FieldRules.USER_TEXT)
        String userId) {}
