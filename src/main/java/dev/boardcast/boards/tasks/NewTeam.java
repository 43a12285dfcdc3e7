package dev.boardcast.boards.tasks;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * What is posted to make a team.
 *
 * @param id null for one of ours. A chosen id must be among the caller's teams already, unless an
 *     admin chooses it: it might be a team that others know from their tokens
 */
public record NewTeam(
    @Pattern(regexp = FieldRules.TEAM, message = FieldRules.TEAM_TEXT) String id,
    @NotNull(message = FieldRules.TITLE_TEXT)
        @Pattern(regexp = FieldRules.TITLE, message = FieldRules.TITLE_TEXT)
        String name) {}
