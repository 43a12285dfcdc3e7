package dev.boardcast.boards.tasks;

import dev.boardcast.spi.FieldRules;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * The body of a request that creates a team.
 *
 * @param id null for a generated one. Others than admins may only choose a team of their token:
 *     another id might be a team in the tokens of other users
 */
record NewTeam(
    @Pattern(regexp = FieldRules.ID, message = FieldRules.ID_TEXT) String id,
    @NotNull(message = FieldRules.NAME_TEXT)
        @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT)
        String name) {}
