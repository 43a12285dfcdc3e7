package dev.boardcast.board.tasks;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/** Names a user: to share with, to add to a team. */
public record UserRef(
    @NotNull(message = Expected.USER_TEXT)
        @Pattern(regexp = Expected.USER, message = Expected.USER_TEXT)
        String userId) {}
