package dev.boardcast.boards.tasks;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/** Names a user: to share with, to add to a team. */
public record UserRef(
    @NotNull(message = FieldRules.USER_TEXT)
        @Pattern(regexp = FieldRules.USER, message = FieldRules.USER_TEXT)
        String userId) {}
