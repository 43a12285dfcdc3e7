package dev.boardcast.boards.tasks;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/** The body of a request that changes the role of a member. */
record RoleChange(
    @NotNull(message = TeamRole.TEXT) @Pattern(regexp = TeamRole.PATTERN, message = TeamRole.TEXT)
        String role) {}
