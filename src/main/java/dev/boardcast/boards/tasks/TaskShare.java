package dev.boardcast.boards.tasks;

import dev.boardcast.spi.FieldRules;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * The body of a request that shares a task with a user.
 *
 * @param access null for {@code edit}, and for no change where the task is shared with the user
 */
record TaskShare(
    @NotNull(message = FieldRules.USER_TEXT)
        @Pattern(regexp = FieldRules.USER, message = FieldRules.USER_TEXT)
        String userId,
    @Pattern(regexp = SharingLevel.PATTERN, message = SharingLevel.TEXT) String access) {}
